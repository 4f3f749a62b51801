//! Serves one page.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

fn main() -> std::io::Result<()> {
    let greeting = std::env::var("GREETING").unwrap_or_default();
    let listener = TcpListener::bind("0.0.0.0:8088")?;
    for stream in listener.incoming() {
        let mut stream = stream?;
        let mut line = String::new();
        let mut reader = BufReader::new(stream.try_clone()?);
        while reader.read_line(&mut line)? > 2 {
            line.clear();
        }
        let page = page::render(&greeting);
        let _ = write!(
            stream,
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
            page.len()
        );
    }
    Ok(())
}
