//! `!!binary`: base 64 as Ruby's `String#unpack('m')` decodes it.

use super::node::Value;

/// The decoded String. One that Ruby shows as it shows any other text is text; the rest stays bytes.
pub(super) fn unpack(text: &str) -> Value {
    let bytes = decode(text);
    let shows_as_text = |c: char| matches!(c, ' '..='~' | '\n' | '\r' | '\t');
    match String::from_utf8(bytes) {
        Ok(text) if text.chars().all(shows_as_text) => Value::Str(text.into()),
        Ok(text) => Value::Bytes(text.into_bytes().into()),
        Err(error) => Value::Bytes(error.into_bytes().into()),
    }
}

/// Foreign characters are skipped. A padding `=` ends the text where a third or fourth digit is due.
fn decode(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(4);
    for byte in text.bytes() {
        if byte == b'=' && group.len() >= 2 {
            break;
        }
        group.extend(digit(byte));
        if let [a, b, c, d] = group[..] {
            out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
            group.clear();
        }
    }
    match group[..] {
        [a, b] => out.push(a << 2 | b >> 4),
        [a, b, c] => out.extend([a << 2 | b >> 4, b << 4 | c >> 2]),
        _ => {}
    }
    out
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_what_ruby_decodes() {
        let cases = [
            ("aGVsbG8=", "hello"),
            ("a-G V\ns", "hel"),
            ("YQ", "a"),
            ("Y", ""),
            ("=YQ==", "a"),
            ("YWI=YWI=", "ab"),
        ];
        for (coded, text) in cases {
            assert_eq!(unpack(coded), Value::Str(text.into()), "{coded}");
        }
        assert_eq!(unpack("w6k="), Value::Bytes((*"é".as_bytes()).into()));
    }
}
