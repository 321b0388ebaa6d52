"""Images of docker-compose.yml made here, under the same names and tags, where none can be pulled.

Debian packages, PyPI and Go modules are what a closed network still has. What is made carries the label
`trailboss.standin`; an image without it was pulled, and is left as it is.
"""

from trailboss.lab.standins.ensure import Image, ensure_images

__all__ = ["Image", "ensure_images"]
