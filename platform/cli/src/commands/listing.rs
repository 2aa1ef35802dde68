//! Lists of a service, read page by page and printed as they come.
//!
//! 1. A page is asked for once the one before is printed: one page is in memory, however long the list is.
//! 2. At a limit the service is asked for one more: a list that was cut says so, and where it goes on.
//! 3. A cursor that does not move is an error, not a circle.
//!
//! Text is a table whose columns grow from page to page; JSON is one value, `{"items": […], "next": null}`, where `next` is the
//! cursor of a list that was cut. If a page fails, what was printed before stands, and the exit code is not 0.

use serde_json::Value;

use super::{segment, text};
use crate::{
    args::{Listing, Service},
    client::Client,
    exit::{Code, Failure},
    output::{Output, Table, pretty},
};

/// Items asked for at once.
const PAGE: u64 = 50;

/// Items asked for at once where each may have a megabyte.
const PAGE_OF_LARGE: u64 = 5;

/// What of each item is shown to a person.
#[derive(Clone, Copy)]
pub(super) struct Columns {
    pub(super) headings: &'static [&'static str],
    /// JSON pointers.
    pub(super) members: &'static [&'static str],
}

/// A list of a service.
pub(super) struct List<'a> {
    pub(super) path: &'a str,
    /// Whether an item may have a megabyte.
    pub(super) large: bool,
    pub(super) columns: Columns,
}

impl List<'_> {
    /// Prints the list, or as much of it as is wanted.
    ///
    /// # Errors
    /// What the service answers, and what standard output says.
    pub(super) async fn print(
        &self,
        service: &Service,
        wanted: &Listing,
        output: Output,
    ) -> anyhow::Result<()> {
        let client = service.client()?;
        let page = if self.large { PAGE_OF_LARGE } else { PAGE };
        let mut printer = Printer { output, columns: self.columns, table: None, begun: false };
        let next = walk(fetch(&client, self.path), page, wanted, |items| printer.print(items)).await?;
        printer.finish(next.as_deref())
    }
}

/// The newest items of a list that begins with the oldest, and whether there are older ones.
///
/// # Errors
/// What the service answers.
pub(super) async fn newest(client: &Client, path: &str, count: usize) -> anyhow::Result<(Vec<Value>, bool)> {
    let mut kept = std::collections::VecDeque::new();
    let mut cut = false;
    let all = Listing { limit: None, cursor: None };
    walk(fetch(client, path), LONGEST_PAGE, &all, |items| {
        kept.extend(items);
        cut |= kept.len() > count;
        kept.drain(..kept.len().saturating_sub(count));
        Ok(true)
    })
    .await?;
    Ok((kept.into(), cut))
}

/// The longest page that the service gives.
const LONGEST_PAGE: u64 = 1_000;

fn fetch(client: &Client, path: &str) -> impl AsyncFn(String) -> anyhow::Result<Value> {
    async move |query| client.get(&format!("{path}?{query}")).await
}

/// Walks over the pages; where it was cut if it was. `print` tells whether anybody reads on.
async fn walk(
    fetch: impl AsyncFn(String) -> anyhow::Result<Value>,
    page: u64,
    wanted: &Listing,
    mut print: impl FnMut(Vec<Value>) -> anyhow::Result<bool>,
) -> anyhow::Result<Option<String>> {
    let mut cursor = wanted.cursor.clone();
    let mut left = wanted.limit;
    loop {
        // 1.
        let size = left.map_or(page, |left| left.min(page));
        let (items, next) = read(fetch(query(size, cursor.as_deref())).await?)?;
        if let Some(left) = &mut left {
            *left = left.saturating_sub(u64::try_from(items.len()).unwrap_or(u64::MAX));
        }
        if !print(items)? {
            return Ok(None);
        }
        let Some(next) = next else { return Ok(None) };
        // 3.
        if cursor.as_ref() == Some(&next) {
            let words = format!("the service's list does not go on: its cursor stays {next}");
            return Err(Failure::with(Code::Unavailable, words));
        }
        // 2.
        if left == Some(0) {
            let (more, _) = read(fetch(query(1, Some(&next))).await?)?;
            return Ok((!more.is_empty()).then_some(next));
        }
        cursor = Some(next);
    }
}

fn query(size: u64, cursor: Option<&str>) -> String {
    let cursor = cursor.map(|cursor| format!("&cursor={}", segment(cursor))).unwrap_or_default();
    format!("limit={size}{cursor}")
}

/// A page's items and where the next begins.
fn read(mut page: Value) -> anyhow::Result<(Vec<Value>, Option<String>)> {
    let Some(Value::Array(items)) = page.get_mut("items").map(Value::take) else {
        return Err(Failure::with(Code::Unavailable, "the service's list has no items"));
    };
    Ok((items, page.get("next").and_then(Value::as_str).map(str::to_owned)))
}

/// Prints one page after the other.
struct Printer {
    output: Output,
    columns: Columns,
    table: Option<Table>,
    begun: bool,
}

impl Printer {
    /// Whether anybody reads on.
    fn print(&mut self, items: Vec<Value>) -> anyhow::Result<bool> {
        if self.output.is_json() {
            let mut text = String::new();
            for item in &items {
                text += if std::mem::replace(&mut self.begun, true) { ",\n" } else { "{\n  \"items\": [\n" };
                text += &format!("    {}", pretty(item).replace('\n', "\n    "));
            }
            return self.output.piece(text.as_bytes());
        }
        let Columns { headings, members } = self.columns;
        let rows: Vec<Vec<String>> =
            items.iter().map(|item| members.iter().map(|at| text(item, at)).collect()).collect();
        let lines = match &mut self.table {
            None => self.table.insert(Table::new(headings)).begin(&rows),
            Some(table) => table.rows(&rows),
        };
        self.output.piece(lines.as_bytes())
    }

    fn finish(self, next: Option<&str>) -> anyhow::Result<()> {
        if self.output.is_json() {
            let begin = if self.begun { "\n  ]" } else { "{\n  \"items\": []" };
            self.output.raw(format!("{begin},\n  \"next\": {}\n}}\n", Value::from(next)).as_bytes())?;
        } else if let Some(next) = next {
            self.output.note(format!("there are more: --cursor {next} goes on"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What a service with seven items shows, and what it was asked.
    async fn walked(page: u64, limit: Option<u64>) -> (Vec<u64>, Option<String>, Vec<String>) {
        let asked = std::cell::RefCell::new(Vec::new());
        let mut seen = Vec::new();
        let fetch = async |query: String| {
            asked.borrow_mut().push(query.clone());
            let (size, cursor) = query.split_once("&cursor=").unwrap_or((&query, "0"));
            let size: u64 = size.trim_start_matches("limit=").parse()?;
            let begin: u64 = cursor.parse()?;
            let end = (begin + size).min(7);
            // like the service: a page that is full may be the last
            let next = (end - begin == size).then(|| end.to_string());
            Ok(json!({ "items": (begin..end).collect::<Vec<_>>(), "next": next }))
        };
        let wanted = Listing { limit, cursor: None };
        let next = walk(fetch, page, &wanted, |items| {
            seen.extend(items.iter().filter_map(Value::as_u64));
            Ok(true)
        });
        let next = next.await.expect("a list");
        (seen, next, asked.into_inner())
    }

    #[tokio::test]
    async fn all_pages_are_walked_and_a_cut_is_told() {
        for (page, limit, shown, next) in [
            (3, None, 7, None),
            (7, None, 7, None),
            (3, Some(2), 2, Some("2")),
            (3, Some(3), 3, Some("3")),
            (3, Some(4), 4, Some("4")),
            // exactly as many as there are: nothing was cut
            (3, Some(7), 7, None),
            (3, Some(8), 7, None),
        ] {
            let (seen, cut, asked) = walked(page, limit).await;
            assert_eq!(seen, (0..shown).collect::<Vec<_>>(), "{page} {limit:?}: {asked:?}");
            assert_eq!(cut.as_deref(), next, "{page} {limit:?}: {asked:?}");
        }
    }

    #[tokio::test]
    async fn a_service_that_goes_in_circles_is_left() {
        let wanted = Listing { limit: None, cursor: None };
        let circle = async |_: String| Ok(json!({ "items": [1], "next": "a" }));
        let error = walk(circle, 3, &wanted, |_| Ok(true)).await.expect_err("a circle").to_string();
        assert!(error.contains("does not go on"), "{error}");
        let nothing = async |_: String| Ok(json!({ "list": [] }));
        assert!(walk(nothing, 3, &wanted, |_| Ok(true)).await.is_err());
    }

    #[tokio::test]
    async fn who_reads_no_more_is_told_no_more() {
        let wanted = Listing { limit: None, cursor: None };
        let endless = async |query: String| Ok(json!({ "items": [1], "next": format!("x{}", query.len()) }));
        let mut pages = 0;
        let next = walk(endless, 1, &wanted, |_| {
            pages += 1;
            Ok(pages < 3)
        });
        assert_eq!(next.await.expect("an end"), None);
        assert_eq!(pages, 3);
    }
}
