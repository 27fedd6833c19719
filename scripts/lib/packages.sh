# Sourced by scripts that need Debian packages.

# Installs those of the named packages that are missing; asks for root only then.
require_packages() { # PACKAGE...
  local package missing=() as=()
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] \
      || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "installing ${missing[*]}" >&2
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || {
      echo "root is needed once: apt-get install ${missing[*]}" >&2
      return 1
    }
    as=(sudo)
  fi
  case " ${missing[*]} " in
    *" postgresql "*)
      # We start private clusters only; the package's own would take port 5432.
      "${as[@]}" mkdir -p /etc/postgresql-common/createcluster.d
      echo 'create_main_cluster = false' \
        | "${as[@]}" tee /etc/postgresql-common/createcluster.d/roster.conf >/dev/null
      ;;
  esac
  "${as[@]}" apt-get update -qq
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# What building needs, whatever is built.
build_packages="libnghttp2-dev libpq-dev libssl-dev libargon2-dev libidn2-dev zlib1g-dev pkg-config"

# What the clients of Tests/Interop are built with, and the proxy that stands before us there.
cpp_packages="g++ make libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc"
go_packages="golang-go golang-google-grpc-dev golang-goprotobuf-dev protobuf-compiler"
proxy_packages="nghttp2-proxy"
