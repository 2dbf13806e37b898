"""Who calls the API: a bearer token or the browser's session. `request.actor` is the Staff or Patient behind it."""
import hashlib

from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from emr import clock
from emr.models import ApiToken


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer …`; only the hash of a token is kept."""

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("The Authorization header must be: Bearer TOKEN.")
        token = ApiToken.objects.select_related("user__staff", "user__patient").filter(
            sha256=hashlib.sha256(words[1]).hexdigest(), revoked_at__isnull=True, expires_at__gt=clock.now()).first()
        if token is None or not token.user.is_active or token.user.actor is None:
            raise AuthenticationFailed("The token is unknown, expired or withdrawn. Ask the administrator for a new one.")
        request._request.actor = token.user.actor
        return token.user, token

    def authenticate_header(self, request):
        return "Bearer"


class Session(SessionAuthentication):
    """The signed-in browser, with its CSRF check."""
