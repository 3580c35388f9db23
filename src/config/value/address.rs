//! A host and a port.

use std::fmt;

use super::text::{Malformed, text_value};

/// A host and a port to listen on, such as `127.0.0.1:7878`, `localhost:0` or `[::1]:7878`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name or an IP address; IPv6 without its brackets.
    pub host: String,
    /// The port; 0 lets the system choose.
    pub port: u16,
}

impl Address {
    pub(in crate::config) fn parse(text: &str) -> Result<Self, Malformed> {
        let malformed = || {
            let message = format!("is {text:?}, which is no address");
            Malformed::new("bad-address", message, "a host and a port, such as 127.0.0.1:7878")
        };
        let (host, port) = text.rsplit_once(':').ok_or_else(malformed)?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let host = match bare {
            Some(bare) => bare,
            None if host.contains([':', '[', ']']) => return Err(malformed()),
            None => host,
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(malformed());
        }
        Ok(Self { host: host.to_owned(), port: port.parse().map_err(|_| malformed())? })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

text_value!(Address, "a host and a port in quotes", { "title": "host:port", "type": "string", "pattern": ":[0-9]+$" });

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn takes_names_and_both_kinds_of_ip_address() {
        for text in ["127.0.0.1:7878", "localhost:0", "[::1]:7878"] {
            assert_eq!(Address::parse(text).unwrap().to_string(), text);
        }
        for text in ["127.0.0.1", ":7878", "::1:7878", "localhost:70000", "local host:1"] {
            assert!(Address::parse(text).is_err(), "{text:?} was accepted");
        }
    }
}
