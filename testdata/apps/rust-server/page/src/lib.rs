//! The page of the server.

/// Returns the page with a greeting.
pub fn render(greeting: &str) -> String {
    include_str!("page.html").replace("GREETING", greeting)
}
