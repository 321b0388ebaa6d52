"""etcd's members, and what must hold of them before one leaves."""
