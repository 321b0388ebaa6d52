from ipaddress import ip_address


def is_ip(text: str) -> bool:
    """Tell an IP address from a name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
