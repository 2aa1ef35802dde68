//! One kept-alive HTTP/1.1 connection of the load generator.
//!
//! The generator shares the machine with what it measures, so it must cost little: no runtime, no header map, one
//! buffer. It understands what this service answers with: a status line and a body of a declared length.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use super::target::Target;

/// How long an answer may take before the request counts as failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// The largest answer that is read.
const MAX_ANSWER: usize = 4 * 1_024 * 1_024;

/// The bytes of a request, made before the clock starts, and what its answer must be.
#[derive(Clone, Debug)]
pub(super) struct Request {
    bytes: Vec<u8>,
    status: u16,
    contains: String,
}

impl Request {
    pub(super) fn get(target: Target, path: &str, contains: &str) -> Self {
        let text = format!("GET {path} HTTP/1.1\r\nhost: {}\r\naccept: */*\r\n\r\n", target.address());
        Self { bytes: text.into_bytes(), status: 200, contains: contains.to_owned() }
    }

    pub(super) fn post(target: Target, path: &str, key: &str, body: &str, contains: &str) -> Self {
        let text = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            target.address(),
            body.len()
        );
        Self { bytes: text.into_bytes(), status: 201, contains: contains.to_owned() }
    }
}

#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

impl Connection {
    pub(super) fn open(target: Target) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&target.address(), PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 16 * 1_024], filled: 0 })
    }

    /// Sends a request and reads the whole answer, which must be the expected one. The body is returned.
    pub(super) fn exchange(&mut self, request: &Request) -> io::Result<&str> {
        self.stream.write_all(&request.bytes)?;
        self.filled = 0;
        let head = loop {
            self.fill()?;
            if let Some(head) = head(self.buffer.get(..self.filled).unwrap_or_default())? {
                break head;
            }
        };
        while self.filled < head.end + head.length {
            self.fill()?;
        }
        let body = self.buffer.get(head.end..head.end + head.length).unwrap_or_default();
        let body = std::str::from_utf8(body).map_err(io::Error::other)?;
        if head.status == request.status && body.contains(&request.contains) {
            return Ok(body);
        }
        let short: String = body.chars().take(300).collect();
        Err(io::Error::other(format!("answered {} instead of {}: {short}", head.status, request.status)))
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.filled == self.buffer.len() {
            if self.filled >= MAX_ANSWER {
                return Err(io::Error::other("the answer is larger than any that is expected"));
            }
            self.buffer.resize(self.filled * 2, 0);
        }
        let free = self.buffer.get_mut(self.filled..).unwrap_or_default();
        match self.stream.read(free)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.filled += read;
                Ok(())
            }
        }
    }
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Where the body begins.
    end: usize,
    length: usize,
}

/// Reads the head of an answer; `None` while it is incomplete.
fn head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let odd = |what: &str| io::Error::other(format!("the answer's {what} is not understood"));
    let text = bytes.get(..end).and_then(|head| std::str::from_utf8(head).ok()).ok_or_else(|| odd("head"))?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok());
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())
    });
    Ok(Some(Head {
        status: status.ok_or_else(|| odd("status line"))?,
        end: end + 4,
        length: length.flatten().filter(|length| *length <= MAX_ANSWER).ok_or_else(|| odd("length"))?,
    }))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// A server that reads one request and answers with `parts`, one write each.
    fn server(parts: Vec<&'static str>) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let target =
            Target::parse(&format!("http://{}", listener.local_addr().expect("bound"))).expect("loopback");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let _ = stream.read(&mut [0; 1_024]);
            for part in parts {
                let _ = stream.write_all(part.as_bytes());
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        target
    }

    fn ask(parts: Vec<&'static str>, contains: &str) -> Result<String, String> {
        let target = server(parts);
        let mut connection = Connection::open(target).expect("connects");
        let request = Request::get(target, "/", contains);
        connection.exchange(&request).map(str::to_owned).map_err(|error| error.to_string())
    }

    #[test]
    fn an_answer_is_read_whole_however_it_arrives() {
        let whole = vec!["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"];
        assert_eq!(ask(whole, "ell"), Ok("hello".into()));
        let parts = vec!["HTTP/1.1 200 OK\r\nx: y\r", "\ncontent-length: 5\r\n\r", "\nhe", "llo"];
        assert_eq!(ask(parts, ""), Ok("hello".into()));
    }

    #[test]
    fn what_is_not_the_expected_answer_is_an_error() {
        for (parts, words) in [
            (vec!["HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother"], "instead of 200: other"),
            (vec!["HTTP/1.1 503 No\r\ncontent-length: 2\r\n\r\nno"], "answered 503"),
            (vec!["HTTP/1.1 200 OK\r\n\r\n"], "length"),
            (vec!["HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n"], "length"),
            (vec!["nonsense\r\n\r\n"], "status line"),
            (vec!["HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhel"], "unexpected end of file"),
            (vec![], "unexpected end of file"),
        ] {
            let error = ask(parts.clone(), "hello").expect_err("refused");
            assert!(error.contains(words), "{parts:?}: {error}");
        }
    }
}
