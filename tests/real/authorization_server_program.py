"""A real authorisation server (Authlib) on loopback, as a program of its own, started by `authorization_server`."""

from __future__ import annotations

import os
import secrets
import sys
import threading
import time
from types import SimpleNamespace

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # it speaks http: loopback alone

import authlib
from authlib.common.urls import add_params_to_uri
from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oauth2.rfc8628 import (
    DEVICE_CODE_GRANT_TYPE,
    DeviceAuthorizationEndpoint,
    DeviceCodeGrant,
    DeviceCredentialMixin,
)
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

SCOPE = "imap.read"
USER = "anna"
PUBLIC, CONFIDENTIAL, CLIENT_SECRET = "mailbell-test", "desktop-test", "not-so-secret"
RESOURCE, RESOURCE_SECRET = "dovecot", "resource"
METHODS = ("none", "client_secret_post")
IN_DEBIAN_12 = authlib.__version__.startswith("1.2.")
"""It has no payload of a request, and takes no grant for an answer."""


class ServerState:
    """Everything that the server knows; tests change it through ``/test``."""

    def __init__(self):
        self.codes, self.tokens, self.devices, self.grants = {}, [], {}, {}
        self.life, self.rotate, self.slow, self.interval = 3600, True, 0, 1
        self.answer = None  # for "unavailable", or whatever, in place of a token
        self.issuer = ""
        self.asked = {}
        self.polls = []

    def count(self, what):
        self.asked[what] = self.asked.get(what, 0) + 1


server_state = ServerState()


class Client(ClientMixin):
    """One registered program."""

    def __init__(self, client_id, secret=""):
        self.client_id, self.secret = client_id, secret

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(each for each in (scope or "").split() if each == SCOPE)

    def check_redirect_uri(self, redirect_uri):
        """Any port of this machine (RFC 8252, 7.3)."""
        return redirect_uri.startswith(("http://127.0.0.1:", "http://localhost:"))

    def check_client_secret(self, client_secret):
        return bool(self.secret) and client_secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method == ("none" if not self.secret else "client_secret_post") or endpoint == "introspection"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in {"authorization_code", "refresh_token", DEVICE_CODE_GRANT_TYPE}


CLIENTS = {
    each.client_id: each
    for each in (Client(PUBLIC), Client(CONFIDENTIAL, CLIENT_SECRET), Client(RESOURCE, RESOURCE_SECRET))
}


class Token(TokenMixin):
    """One access token with its refresh token."""

    def __init__(self, token, client, user):
        self.access, self.refresh = token["access_token"], token.get("refresh_token", "")
        self.scope, self.client, self.user = token.get("scope", ""), client, user
        self.until = time.time() + token["expires_in"]
        self.life = token["expires_in"]
        self.revoked = self.spent = False

    def check_client(self, client):
        return client.client_id == self.client.client_id

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.life

    def is_expired(self):
        return time.time() > self.until

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return SimpleNamespace(name=self.user)

    def get_client(self):
        return self.client


class Code(AuthorizationCodeMixin):
    """One authorisation code."""

    def __init__(self, request):
        payload = request if IN_DEBIAN_12 else request.payload
        self.redirect_uri, self.scope = payload.redirect_uri, payload.scope
        self.client_id = request.client.client_id
        self.code_challenge = payload.data.get("code_challenge")
        self.code_challenge_method = payload.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class CodeGrant(grants.AuthorizationCodeGrant):
    """For public and confidential programs, each code once."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def save_authorization_code(self, code, request):
        server_state.codes[code] = Code(request)

    def query_authorization_code(self, code, client):
        found = server_state.codes.get(code)
        return found if found is not None and found.client_id == client.client_id else None

    def delete_authorization_code(self, authorization_code):
        server_state.codes = {
            code: each for code, each in server_state.codes.items() if each is not authorization_code
        }

    def authenticate_user(self, authorization_code):
        return SimpleNamespace(name=USER)


class RefreshGrant(grants.RefreshTokenGrant):
    """Each refresh token once, where they rotate: one that comes again takes all with it (RFC 9700, 4.14.2)."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    @property
    def INCLUDE_NEW_REFRESH_TOKEN(self):
        return server_state.rotate

    def authenticate_refresh_token(self, refresh_token):
        found = next(
            (each for each in server_state.tokens if each.refresh and each.refresh == refresh_token), None
        )
        if found is not None and found.spent:
            server_state.count("replayed")
            for each in server_state.tokens:
                each.revoked = True
        return found if found is not None and not found.revoked else None

    def authenticate_user(self, refresh_token):
        return refresh_token.get_user()

    def revoke_old_credential(self, refresh_token):
        refresh_token.spent = server_state.rotate


class Device(DeviceCredentialMixin):
    """One sign-in on another device."""

    def __init__(self, client_id, scope, data):
        self.client_id, self.scope, self.user_code = client_id, scope, data["user_code"]
        self.until = time.time() + data["expires_in"]

    def get_client_id(self):
        return self.client_id

    def get_scope(self):
        return self.scope

    def get_user_code(self):
        return self.user_code

    def is_expired(self):
        return time.time() > self.until


class DeviceGrant(DeviceCodeGrant):
    """Polls are timed, so that a test can look at them."""

    def query_device_credential(self, device_code):
        server_state.polls.append(time.monotonic())
        return server_state.devices.get(device_code)

    def query_user_grant(self, user_code):
        return server_state.grants.get(user_code)

    def should_slow_down(self, credential):
        server_state.slow -= 1
        return server_state.slow >= 0


class DeviceEndpoint(DeviceAuthorizationEndpoint):
    """Gives codes."""

    @property
    def INTERVAL(self):
        return server_state.interval

    def get_verification_uri(self):
        return request.host_url + "device"

    def save_device_credential(self, client_id, scope, data):
        server_state.devices[data["device_code"]] = Device(client_id, scope, data)


class Introspection(IntrospectionEndpoint):
    """What Dovecot asks."""

    CLIENT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def check_permission(self, token, client, request):
        return client.client_id == RESOURCE

    def query_token(self, token_string, token_type_hint):
        server_state.count("introspect")
        return next((each for each in server_state.tokens if each.access == token_string), None)

    def introspect_token(self, token):
        return {
            "active": True,
            "username": token.user,
            "scope": token.scope,
            "client_id": token.client.client_id,
        }


def save_token(token, request):
    server_state.tokens.append(Token(token, request.client, request.user.name))


def generate(grant_type, client, user=None, scope=None, expires_in=None, include_refresh_token=True):
    """A token, as long-lived as the test wants it."""
    token = {
        "token_type": "Bearer",
        "access_token": f"access-{secrets.token_urlsafe(24)}",
        "expires_in": server_state.life,
        "scope": scope or "",
    }
    if include_refresh_token:
        token["refresh_token"] = f"refresh-{secrets.token_urlsafe(24)}"
    return token


app = Flask(__name__)
server = AuthorizationServer(app, query_client=CLIENTS.get, save_token=save_token)
server.register_token_generator("default", generate)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])
server.register_grant(RefreshGrant)
server.register_grant(DeviceGrant)
server.register_endpoint(DeviceEndpoint)
server.register_endpoint(Introspection)


@app.get("/authorize")
def authorize():
    """Anna is signed in and says yes, or no with ``?deny``."""
    server_state.count("authorize")
    try:
        grant = server.get_consent_grant(end_user=SimpleNamespace(name=USER))
    except OAuth2Error as error:
        return server.handle_error_response(server.create_oauth2_request(request), error)
    user = None if server_state.answer == "deny" else SimpleNamespace(name=USER)
    validated = {} if IN_DEBIAN_12 else {"grant": grant}
    response = server.create_authorization_response(grant_user=user, **validated)
    if server_state.issuer:  # RFC 9207
        response.location = add_params_to_uri(response.location, {"iss": server_state.issuer})
    return response


@app.post("/token")
def token():
    server_state.count(request.form.get("grant_type", "?"))
    if server_state.answer not in {None, "deny"}:
        return jsonify(error=server_state.answer, error_description="As the test wants it."), 400
    return server.create_token_response()


@app.post("/device_authorization")
def device_authorization():
    server_state.count("device")
    return server.create_endpoint_response("device_authorization")


@app.post("/introspect")
def introspect():
    return server.create_endpoint_response("introspection")


@app.post("/test/set")
def change_state():
    """Change how the server behaves."""
    for name, value in request.json.items():
        setattr(server_state, name, value)
    return jsonify(ok=True)


@app.post("/test/grant")
def grant():
    """Anna types the code, and says yes or no."""
    server_state.grants[request.json["code"]] = SimpleNamespace(name=USER), request.json["allow"]
    return jsonify(ok=True)


@app.post("/test/revoke")
def revoke():
    """Anna takes everything back; or only what is out now of access tokens ends."""
    for each in server_state.tokens:
        if request.json["refresh"]:
            each.revoked = True
        each.until = 0
    return jsonify(ok=True)


@app.get("/test/state")
def state():
    """What was asked for so far, and what was given."""
    given = [text for each in server_state.tokens for text in (each.access, each.refresh) if text]
    return jsonify(asked=server_state.asked, polls=server_state.polls, secrets=given)


if __name__ == "__main__":
    listening = make_server("127.0.0.1", 0, app, threaded=True)
    print(listening.server_port, flush=True)
    threading.Thread(
        target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True
    ).start()  # ends with its parent
    listening.serve_forever()
