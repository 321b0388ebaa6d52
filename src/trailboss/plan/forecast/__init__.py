"""The plans that are expected to follow a plan, each made from what the one before is to leave behind. Pure.

A change plans anew after each plan, from what is then observed. What will be observed is told here from what each step
is for, so that all plans can be shown before the first begins; what happens meanwhile nobody knows.
"""

from trailboss.plan.forecast.following import following, leads_on

__all__ = ["following", "leads_on"]
