//! Where in a document its statements come from.
//!
//! Selective disclosure shows parts of a document by JSON pointers, and must know the statements of each part. The
//! standards (Data Integrity ECDSA §3.4, "Selective Disclosure Functions") name all blank nodes, cut the parts out of the
//! document and convert each anew. Here the one conversion says of each statement which place of the document made it, so
//! that blank nodes need no names and lists keep theirs:
//!
//! - `rdf:type` comes from the node's place: a node that is shown at all shows its types;
//! - what a property says comes from the value's place;
//! - what is signed as one value and cannot be shown in part (a value object, a list, a JSON literal) is
//!   [`indivisible`](Place::indivisible).

use crate::dataset::{Dataset, QuadIds};

/// A step from a value to one inside of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// To a member of an object.
    Key(Box<str>),
    /// To an item of an array.
    Index(usize),
}

/// A value of the document, seen from the one that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The position of the containing place in [`Traced::places`], always before this one; the document is its own.
    pub parent: usize,
    /// How it is reached from there; of no meaning for the document itself.
    pub step: Step,
    /// What is inside of it is signed as one value.
    pub indivisible: bool,
}

/// Number of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct PlaceId(u32);

/// The places of one conversion, if they are asked for.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Empty if nobody asks.
    all: Vec<Place>,
    here: PlaceId,
    statements: Vec<(QuadIds, PlaceId)>,
}

impl Places {
    /// Of a conversion that is to be traced.
    pub(crate) fn traced() -> Self {
        let document = Place { parent: 0, step: Step::Index(0), indivisible: false };
        Self { all: vec![document], ..Self::default() }
    }

    pub(crate) const fn here(&self) -> PlaceId {
        self.here
    }

    /// Steps into a value; what comes back leads out again.
    pub(crate) fn enter(&mut self, step: impl FnOnce() -> Step) -> PlaceId {
        let outer = self.here;
        if !self.all.is_empty() {
            // `Limits::nodes` bounds the places far below 2^32; clamped, a broken promise loses statements and adds none.
            self.here = PlaceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
            self.all.push(Place { parent: outer.0 as usize, step: step(), indivisible: false });
        }
        outer
    }

    pub(crate) const fn leave(&mut self, outer: PlaceId) {
        self.here = outer;
    }

    /// Goes to a known place; what comes back leads back.
    pub(crate) const fn go(&mut self, place: PlaceId) -> PlaceId {
        let outer = self.here;
        self.here = place;
        outer
    }

    pub(crate) fn indivisible(&mut self) {
        if let Some(place) = self.all.get_mut(self.here.0 as usize) {
            place.indivisible = true;
        }
    }

    pub(crate) fn record(&mut self, quad: QuadIds, place: PlaceId) {
        if !self.all.is_empty() {
            self.statements.push((quad, place));
        }
    }

    /// The places together with the finished dataset.
    pub(crate) fn finish(mut self, dataset: Dataset) -> Traced {
        self.statements.sort_unstable();
        self.statements.dedup();
        let mut origins = Vec::with_capacity(self.statements.len());
        let mut at = 0;
        for (quad, place) in self.statements {
            // Both are sorted, and every recorded quad is in the dataset.
            while dataset.quad_ids().get(at).is_some_and(|known| *known < quad) {
                at += 1;
            }
            origins.push((at, place.0 as usize));
        }
        Traced { dataset, places: self.all, origins }
    }
}

/// A dataset with the places of the document that its statements come from: made by [`to_rdf_traced`](crate::to_rdf_traced).
#[derive(Debug, Clone)]
pub struct Traced {
    dataset: Dataset,
    places: Vec<Place>,
    /// (quad, place), sorted.
    origins: Vec<(usize, usize)>,
}

impl Traced {
    /// The statements.
    #[must_use]
    pub const fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Every place that the conversion came to, the document itself first.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Which statements, in the order of [`Dataset::quads`], come from a place that is shown: `shown` is asked with
    /// positions of [`Traced::places`].
    #[must_use]
    pub fn from_places(&self, shown: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut keep = vec![false; self.dataset.len()];
        for &(quad, place) in &self.origins {
            if let Some(keep) = keep.get_mut(quad).filter(|_| shown(place)) {
                *keep = true;
            }
        }
        keep
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Contexts, Options, to_rdf, to_rdf_traced};
    use serde_json::json;

    fn pointer(traced: &Traced, place: usize) -> String {
        match &traced.places()[place] {
            _ if place == 0 => String::new(),
            Place { parent, step: Step::Key(key), .. } => format!("{}/{key}", pointer(traced, *parent)),
            Place { parent, step: Step::Index(index), .. } => {
                format!("{}/{index}", pointer(traced, *parent))
            }
        }
    }

    /// The last parts of the predicates that come from a place.
    fn said_at(traced: &Traced, wanted: &str) -> Vec<String> {
        let keep = traced.from_places(|place| pointer(traced, place) == wanted);
        let mut names: Vec<String> = traced
            .dataset()
            .filtered(&keep)
            .to_nquads()
            .lines()
            .map(|line| {
                let predicate = line.split(' ').nth(1).unwrap_or_default();
                predicate.trim_end_matches('>').rsplit(['/', '#', ':']).next().unwrap_or_default().to_owned()
            })
            .collect();
        names.sort();
        names
    }

    #[test]
    fn statements_come_from_where_they_are_written() {
        let contexts = Contexts::empty();
        let options = Options::default();
        let document = json!({
            "@context": {
                "@vocab": "urn:v:",
                "list": { "@container": "@list" },
                "json": { "@type": "@json" },
                "by": { "@container": "@index" },
                "tongue": { "@container": "@language" },
                "graph": { "@container": "@graph" },
            },
            "@type": ["A", "B"],
            "plain": "x",
            "many": ["x", { "inner": 1 }],
            "list": ["a", "b"],
            "json": { "deep": [1, 2] },
            "by": { "one": { "k": 1 }, "two": [{ "k": 2 }, { "k": 3 }] },
            "tongue": { "en": ["a", "b"], "de": "c" },
            "graph": { "quoted": "q" },
            "typed": { "@value": "v", "@language": "en" },
        });
        let traced = to_rdf_traced(&contexts, &document, &options).unwrap();
        assert_eq!(traced.dataset(), &to_rdf(&contexts, &document, &options).unwrap());
        for (place, predicates) in [
            ("", vec!["type", "type"]),
            ("/plain", vec!["plain"]),
            ("/many/0", vec!["many"]),
            ("/many/1", vec!["many"]),
            ("/many/1/inner", vec!["inner"]),
            ("/list", vec!["first", "first", "list", "rest", "rest"]),
            ("/list/0", vec![]),
            ("/json", vec!["json"]),
            ("/by/one", vec!["by"]),
            ("/by/two/1", vec!["by"]),
            ("/by/two/1/k", vec!["k"]),
            ("/tongue/en/1", vec!["tongue"]),
            ("/tongue/de", vec!["tongue"]),
            ("/graph", vec!["graph"]),
            ("/graph/quoted", vec!["quoted"]),
            ("/typed", vec!["typed"]),
        ] {
            assert_eq!(said_at(&traced, place), predicates, "{place}");
        }
        let mut indivisible: Vec<String> = (0..traced.places().len())
            .filter(|&place| traced.places()[place].indivisible)
            .map(|place| pointer(&traced, place))
            .collect();
        indivisible.sort();
        assert_eq!(indivisible, ["/json", "/list", "/typed"]);
        // nothing is without an origin
        assert!(traced.from_places(|_| true).into_iter().all(|kept| kept));
    }

    #[test]
    fn a_statement_made_twice_comes_from_both_places() {
        let document = json!({
            "@context": { "@vocab": "urn:v:" },
            "@id": "urn:a",
            "x": [{ "@id": "urn:b", "name": "B" }, { "@id": "urn:b", "name": "B" }],
        });
        let traced = to_rdf_traced(&Contexts::empty(), &document, &Options::default()).unwrap();
        assert_eq!(traced.dataset().len(), 2);
        for place in ["/x/0/name", "/x/1/name"] {
            assert_eq!(said_at(&traced, place), ["name"], "{place}");
        }
    }
}
