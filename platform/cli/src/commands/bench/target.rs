//! Where load may be sent: to this machine's loopback interface and nowhere else.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use crate::exit::{Code, Failure};

/// An address on loopback. Holding one is the proof: whoever generates load takes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Target(SocketAddr);

impl Target {
    /// Reads `http://127.0.0.1:8080`, `http://[::1]:8080` or `http://localhost:8080`.
    ///
    /// # Errors
    /// [`Code::Input`] for anything else; a benchmark is an attack when it is pointed at others.
    pub(super) fn parse(url: &str) -> anyhow::Result<Self> {
        let refuse = |why: &str| {
            Failure::with(
                Code::Input,
                format!(
                    "{url} is not measured: {why}; load is sent to this machine only, such as to http://127.0.0.1:8080"
                ),
            )
        };
        let rest = url.strip_prefix("http://").ok_or_else(|| refuse("it is not an http:// URL"))?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) {
            return Err(refuse("it is more than a host and a port"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                (host, port.parse().map_err(|_| refuse("its port is not a number"))?)
            }
            _ => (authority, 80),
        };
        let address: IpAddr = match host {
            "localhost" => Ipv4Addr::LOCALHOST.into(),
            host => match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
                Some(host) => host.parse::<Ipv6Addr>().map(Into::into),
                None => host.parse::<Ipv4Addr>().map(Into::into),
            }
            .map_err(|_| refuse("its host is no loopback address"))?,
        };
        if !address.is_loopback() {
            return Err(refuse("its host is no loopback address"));
        }
        Ok(Self(SocketAddr::new(address, port)))
    }

    pub(super) fn address(self) -> SocketAddr {
        self.0
    }
}

/// As a base URL.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_is_measured_and_nothing_else() {
        for (url, base) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.8.9.10:1/", "http://127.8.9.10:1"),
            ("http://localhost:9", "http://127.0.0.1:9"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://[::1]", "http://[::1]:80"),
            ("http://127.0.0.1", "http://127.0.0.1:80"),
        ] {
            assert_eq!(Target::parse(url).expect(url).to_string(), base);
        }
        for url in [
            "https://127.0.0.1:8080",
            "http://192.168.0.7:8080",
            "http://0.0.0.0:8080",
            "http://[::]:8080",
            "http://[2001:db8::1]:8080",
            "http://[::ffff:10.0.0.1]:8080",
            "http://example.org",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
            "http://127.0.0.1@example.org",
            "http://127.0.0.1:8080/path",
            "http://127.0.0.1:99999",
            "http://",
            "127.0.0.1:8080",
            "",
        ] {
            let error = Target::parse(url).expect_err(url);
            assert_eq!(Code::of(&error), Code::Input, "{url}");
            assert!(error.to_string().contains("this machine only"), "{error}");
        }
    }
}
