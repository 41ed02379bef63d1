"""Credentials and keys, all of them random, in the forms that their issuers give them."""

import base64
import json
import string

from tests.redaction.personal import digits, hexadecimal
from tests.redaction.planted import Planted, pieces_of

ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "-_"
UPPER = string.ascii_uppercase + string.digits


def text_of(rng, alphabet, count):
    """Random, and no word: letters and digits are mixed."""
    while True:
        text = "".join(rng.choice(alphabet) for _ in range(count))
        if text[0].isalnum() and text[-1].isalnum() and any(map(str.isdigit, text)) and any(map(str.isalpha, text)):
            return text


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def password_of(rng):
    return text_of(rng, ALNUM, rng.randrange(10, 18))


# HTTP.


def jwt(rng):
    header = {"alg": rng.choice(("HS256", "RS256", "ES256")), "typ": "JWT"}
    claims = {"sub": digits(rng, 10), "iss": "https://id.example.com", "iat": 1795190000 + rng.randrange(10000)}
    parts = [base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    signature = base64url(rng.randbytes(rng.choice((32, 64))))
    return Planted(".".join((*parts, signature)), (*pieces_of(parts[1]), *pieces_of(signature)))


def bearer(rng):
    token = text_of(rng, rng.choice((URL_SAFE, ALNUM + "._", "0123456789abcdef")), rng.randrange(24, 49))
    before = rng.choice(("Bearer ", "bearer ", "Authorization: Bearer ", "authorization=Bearer "))
    return Planted(before + token, pieces_of(token))


def basic(rng):
    password = password_of(rng)
    token = base64.b64encode(f"{rng.choice(('deploy', 'svc-billing', 'admin'))}:{password}".encode()).decode()
    return Planted(rng.choice(("Basic ", "Authorization: Basic ", "basic ")) + token, (token.rstrip("="), password))


def digest(rng):
    response = hexadecimal(rng, 32)
    text = (f'Digest username="{rng.choice(("deploy", "admin"))}", realm="shop", nonce="{hexadecimal(rng, 24)}", '
            f'uri="/orders", qop=auth, nc=00000001, cnonce="{hexadecimal(rng, 8)}", response="{response}"')
    return Planted(rng.choice(("", "Authorization: ")) + text, (response,))


def cookie(rng):
    value = text_of(rng, URL_SAFE, rng.randrange(20, 41))
    text = rng.choice(("Cookie: sid={}; theme=dark", "Cookie: lang=de; session_id={}",
                       "Set-Cookie: session={}; Path=/; HttpOnly",
                       "set-cookie: sid={}; Secure; SameSite=Lax"))
    return Planted(text.format(value), pieces_of(value))


CONNECTIONS = (
    "postgres://app:{}@db.internal:5432/shop", "postgresql://app:{}@10.0.3.7/shop?sslmode=require",
    "mysql://root:{}@mysql:3306/orders", "mongodb+srv://svc:{}@cluster0.example.net/shop", "redis://:{}@cache:6379/0",
    "amqp://worker:{}@rabbit:5672/jobs", "https://deploy:{}@git.example.com/shop.git",
    "ftp://backup:{}@files.example.com/",
    "Server=db.internal;Database=shop;User Id=app;Password={};Encrypt=true",
    "host=db.internal user=app password={} dbname=shop",
    "jdbc:postgresql://db.internal/shop?user=app&password={}",
)


def url_password(rng):
    password = password_of(rng)
    return Planted(rng.choice(CONNECTIONS).format(password), (password,))


# Keys.


def private_key(rng):
    kind = rng.choice(("PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY",
                       "ENCRYPTED PRIVATE KEY"))
    body = base64.b64encode(rng.randbytes(rng.choice((118, 160, 300)))).decode()
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    text = "\n".join((f"-----BEGIN {kind}-----", *lines, f"-----END {kind}-----"))
    return Planted(text, tuple(line.rstrip("=")[:40] for line in lines))


def aws_access_key(rng):
    key = rng.choice(("AKIA", "ASIA")) + text_of(rng, string.ascii_uppercase + "234567", 16)
    return Planted(key, (key[4:],))


def aws_secret_key(rng):
    key = text_of(rng, ALNUM + "+/", 40)
    text = rng.choice(("aws_secret_access_key={}", "AWS_SECRET_ACCESS_KEY={}", "aws_secret_access_key = {}",
                       "SecretAccessKey: {}", '"SecretAccessKey": "{}"', "secretAccessKey: '{}'"))
    return Planted(text.format(key), pieces_of(key))


def gcp_key(rng):
    key = rng.choice((lambda: "AIza" + text_of(rng, URL_SAFE, 35), lambda: "GOCSPX-" + text_of(rng, URL_SAFE, 28),
                      lambda: "ya29." + text_of(rng, URL_SAFE, 80)))()
    return Planted(key, pieces_of(key[7:]))


def github_token(rng):
    key = rng.choice((lambda: rng.choice(("ghp_", "gho_", "ghu_", "ghs_", "ghr_")) + text_of(rng, ALNUM, 36),
                      lambda: "github_pat_" + text_of(rng, ALNUM, 22) + "_" + text_of(rng, ALNUM, 59)))()
    return Planted(key, pieces_of(key[11:]))


def gitlab_token(rng):
    key = "glpat-" + text_of(rng, URL_SAFE, 20)
    return Planted(key, pieces_of(key[6:], 2))


def slack_token(rng):
    ids = f"{digits(rng, 12)}-{digits(rng, 12)}"
    hook = f"https://hooks.slack.com/services/T{text_of(rng, UPPER, 10)}/B{text_of(rng, UPPER, 10)}"
    secret = text_of(rng, ALNUM, 24)
    text = rng.choice((f"xoxb-{ids}-{secret}", f"xoxp-{ids}-{digits(rng, 12)}-{secret}", f"{hook}/{secret}",
                       f"xapp-1-A{digits(rng, 10)}-{ids}-{secret}"))
    return Planted(text, pieces_of(secret))


def stripe_key(rng):
    secret = text_of(rng, ALNUM, rng.choice((24, 99)))
    return Planted(rng.choice(("sk_live_", "rk_live_", "sk_test_", "whsec_")) + secret, pieces_of(secret))


def sendgrid_key(rng):
    key = f"SG.{text_of(rng, URL_SAFE, 22)}.{text_of(rng, URL_SAFE, 43)}"
    return Planted(key, (key[3:25], *pieces_of(key[26:])))


def vendor_key(rng):
    key = rng.choice((lambda: "npm_" + text_of(rng, ALNUM, 36), lambda: "sk-" + text_of(rng, ALNUM, 48),
                      lambda: "sk-proj-" + text_of(rng, URL_SAFE, 60),
                      lambda: "sk-ant-api03-" + text_of(rng, URL_SAFE, 80)))()
    return Planted(key, pieces_of(key[13:]))


PAIRS = ("api_key={}", "apikey: {}", "client_secret={}", "DB_PASSWORD={}", "auth_token: {}", "X-Api-Key: {}",
         "secret_key={}",
         'password="{}"', "passwd={}", "encryption_key={}", '"access_token":"{}"', "'client_secret': '{}'")


def generic_secret(rng):
    secret = text_of(rng, rng.choice((ALNUM, URL_SAFE, "0123456789abcdef")), rng.randrange(20, 41))
    return Planted(rng.choice(PAIRS).format(secret), pieces_of(secret, 2))
