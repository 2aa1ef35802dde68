//! What pointers select of a document: as JSON (`selectJsonLd`) and as places that statements come from.
//!
//! An object on the way to something selected shows its `id`, unless that is a blank node's, and its types; whatever a
//! pointer ends at is shown whole. Contexts are always there: without them nothing has a meaning.

use super::pointer::{self, Pointer};
use super::{MAX_POINTERS, Refused};
use crate::model::excerpt;
use hufu_jsonld::{Place, Step};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A selection that fits a document.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// Nothing is selected without a pointer, not even the document's types.
    mask: Option<Mask>,
}

/// What is selected of one value.
#[derive(Debug, Default)]
struct Mask {
    whole: bool,
    /// By name, or by index in decimal.
    below: BTreeMap<String, Mask>,
}

/// What is shown of one place.
#[derive(Clone, Copy)]
enum View<'a> {
    Hidden,
    Part(&'a Mask),
    Whole,
}

impl Selection {
    /// What these pointers select of `document`.
    pub(super) fn of<'p>(
        document: &Value,
        pointers: impl IntoIterator<Item = &'p Pointer>,
    ) -> Result<Self, Refused> {
        let mut mask = None;
        for (count, pointer) in pointers.into_iter().enumerate() {
            if count >= 2 * MAX_POINTERS {
                return Err(Refused::new(format!("more than {MAX_POINTERS} pointers")));
            }
            mask.get_or_insert_with(Mask::default).add(document, pointer)?;
        }
        Ok(Self { mask })
    }

    /// The selected part of `document`, if any is.
    pub(super) fn cut(&self, document: &Value) -> Option<Value> {
        self.mask.as_ref().map(|mask| mask.cut(document))
    }

    /// For each place whether it is shown.
    pub(super) fn shown(&self, places: &[Place]) -> Result<Vec<bool>, Refused> {
        let mut views: Vec<View<'_>> = Vec::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            let view = match (&self.mask, at) {
                (None, _) => View::Hidden,
                (Some(mask), 0) => mask.view(),
                _ => views.get(place.parent).map_or(View::Hidden, |outer| outer.step(&place.step)),
            };
            if place.indivisible && matches!(view, View::Part(_)) {
                return Err(Refused::new(format!(
                    "a pointer goes into {}, which is signed as one value and is shown whole or not at all",
                    excerpt(&path(places, at))
                )));
            }
            views.push(view);
        }
        Ok(views.into_iter().map(|view| !matches!(view, View::Hidden)).collect())
    }
}

impl Mask {
    fn add(&mut self, document: &Value, pointer: &Pointer) -> Result<(), Refused> {
        let (mut mask, mut value) = (self, document);
        for token in pointer.tokens() {
            let next = match value {
                Value::Object(map) => map.get(token),
                Value::Array(items) => pointer::index(token).and_then(|index| items.get(index)),
                _ => None,
            };
            value = next.ok_or_else(|| {
                Refused::new(format!(
                    "the document has nothing at {:?}: {:?} is not there",
                    excerpt(pointer.as_str()),
                    excerpt(token)
                ))
            })?;
            mask = mask.below.entry(token.to_owned()).or_default();
        }
        mask.whole = true;
        Ok(())
    }

    const fn view(&self) -> View<'_> {
        if self.whole { View::Whole } else { View::Part(self) }
    }

    fn cut(&self, value: &Value) -> Value {
        match value {
            Value::Object(map) if !self.whole => {
                let mut shown = Map::new();
                for (key, value) in map {
                    let kept = match key.as_str() {
                        "@context" | "type" | "@type" => Some(value.clone()),
                        "id" | "@id" if !is_blank(value) => Some(value.clone()),
                        _ => self.below.get(key).map(|mask| mask.cut(value)),
                    };
                    if let Some(kept) = kept {
                        shown.insert(key.clone(), kept);
                    }
                }
                Value::Object(shown)
            }
            Value::Array(items) if !self.whole => {
                let item =
                    |(index, item): (usize, &Value)| Some(self.below.get(&index.to_string())?.cut(item));
                Value::Array(items.iter().enumerate().filter_map(item).collect())
            }
            other => other.clone(),
        }
    }
}

impl<'a> View<'a> {
    fn step(self, step: &Step) -> Self {
        let Self::Part(mask) = self else { return self };
        let below = match step {
            Step::Key(key) => mask.below.get(key.as_ref()),
            Step::Index(index) => mask.below.get(&index.to_string()),
        };
        below.map_or(View::Hidden, Mask::view)
    }
}

fn is_blank(id: &Value) -> bool {
    id.as_str().is_some_and(|id| id.starts_with("_:"))
}

/// A place as a pointer, for messages.
fn path(places: &[Place], at: usize) -> String {
    let mut steps = Vec::new();
    let mut at = at;
    while let Some(place) = places.get(at).filter(|_| at > 0) {
        steps.push(match &place.step {
            Step::Key(key) => key.to_string(),
            Step::Index(index) => index.to_string(),
        });
        at = place.parent;
    }
    steps.iter().rev().fold(String::new(), |path, step| format!("{path}/{step}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cut(document: &Value, pointers: &[&str]) -> Option<Value> {
        let pointers: Vec<Pointer> = pointers.iter().map(|text| text.parse().unwrap()).collect();
        Selection::of(document, &pointers).unwrap().cut(document)
    }

    #[test]
    fn what_is_on_the_way_shows_its_id_and_types() {
        let document = json!({
            "@context": ["c"],
            "id": "urn:a",
            "type": ["T"],
            "subject": {
                "id": "_:b0", "type": "S", "name": "n", "other": 1,
                "list": [{ "x": 1, "y": 2 }, "mid", { "id": "urn:l", "x": 3, "y": 4 }],
            },
            "rest": true,
        });
        assert_eq!(cut(&document, &[]), None);
        assert_eq!(cut(&document, &[""]).unwrap(), document);
        assert_eq!(
            cut(&document, &["/subject/name"]).unwrap(),
            json!({ "@context": ["c"], "id": "urn:a", "type": ["T"], "subject": { "type": "S", "name": "n" } })
        );
        assert_eq!(
            cut(&document, &["/subject/list/2/x", "/subject/list/0"]).unwrap()["subject"]["list"],
            json!([{ "x": 1, "y": 2 }, { "id": "urn:l", "x": 3 }])
        );
        // the whole swallows its parts, in either order
        for pointers in [["/subject", "/subject/name"], ["/subject/name", "/subject"]] {
            assert_eq!(cut(&document, &pointers).unwrap()["subject"], document["subject"]);
        }
        assert_eq!(cut(&document, &["/id"]).unwrap()["id"], "urn:a");
    }

    #[test]
    fn pointers_to_nothing_are_named() {
        let document = json!({ "a": [1], "b": { "c": null } });
        for bad in ["/x", "/a/1", "/a/-", "/a/00", "/a/0/0", "/b/c/d", "/b/C", "/a/x", "/"] {
            let pointer: Pointer = bad.parse().unwrap();
            let error = Selection::of(&document, [&pointer]).unwrap_err();
            assert!(error.0.starts_with("the document has nothing at"), "{bad}: {}", error.0);
        }
    }

    #[test]
    fn pointers_are_not_without_number() {
        let pointers = vec!["/a".parse::<Pointer>().unwrap(); 2 * MAX_POINTERS + 1];
        assert!(Selection::of(&json!({ "a": 1 }), &pointers).is_err());
    }
}
