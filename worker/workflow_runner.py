from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def workflow_runner() -> SandboxedWorkflowRunner:
    """Return the sandbox that workflows run in; what they share is imported once, not for each of them."""
    shared = ("trailboss", "pydantic", "pydantic_core")
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*shared))
