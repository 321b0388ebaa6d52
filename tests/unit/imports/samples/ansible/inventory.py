#!/usr/bin/env python3
"""A dynamic inventory, as Ansible runs one."""

import json
import sys

json.dump(
    {
        "role_master": {"hosts": ["m1"]},
        "role_worker": {"hosts": ["n1"], "vars": {"ansible_user": "core"}},
        "_meta": {
            "hostvars": {
                "m1": {"ansible_host": "10.31.0.1"},
                "n1": {"ansible_host": "10.31.1.1", "ansible_password": "not-to-be-imported"},
            }
        },
    },
    sys.stdout,
)
