//! The Cedar schema, parsed once, with the names that entities are built from.

use std::collections::HashMap;
use std::sync::LazyLock;

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, Schema, Validator};

use crate::Action;

/// What policies may speak about, in Cedar's schema language.
pub const SCHEMA: &str = include_str!("hufu.cedarschema");

/// The namespace of every type in the schema.
const NAMESPACE: &str = "Hufu";

/// Everything about the schema that a decision needs, prepared once per process.
pub(crate) struct Prepared {
    pub(crate) validator: Validator,
    /// Which principals and resources each action is about, and its identifier.
    pub(crate) actions: HashMap<Action, Scope>,
    pub(crate) types: Types,
}

/// What an action applies to.
pub(crate) struct Scope {
    pub(crate) uid: EntityUid,
    /// The action with its groups as parents. Each request carries it, or `action in <group>` would never hold.
    pub(crate) entity: Entity,
    /// The action's own identifier and the groups it is in.
    pub(crate) ancestors: Vec<EntityUid>,
    pub(crate) principals: Vec<EntityTypeName>,
    pub(crate) resources: Vec<EntityTypeName>,
}

/// The entity types, so that no request parses a name.
pub(crate) struct Types {
    pub(crate) list: EntityTypeName,
    pub(crate) role: EntityTypeName,
    pub(crate) tenant: EntityTypeName,
    pub(crate) network: EntityTypeName,
    pub(crate) did: EntityTypeName,
    pub(crate) ring: EntityTypeName,
    pub(crate) group_member: EntityTypeName,
    pub(crate) group: EntityTypeName,
    pub(crate) proposal: EntityTypeName,
    pub(crate) guest: EntityTypeName,
    pub(crate) document: EntityTypeName,
    pub(crate) status_list: EntityTypeName,
    pub(crate) accreditation: EntityTypeName,
    pub(crate) node: EntityTypeName,
    pub(crate) endpoint: EntityTypeName,
    pub(crate) api_key: EntityTypeName,
}

/// The one prepared schema.
pub(crate) fn prepared() -> &'static Prepared {
    static PREPARED: LazyLock<Prepared> = LazyLock::new(prepare);
    &PREPARED
}

/// The entity of type `kind` that is named by `id`. No text is parsed: any string is only ever a name.
pub(crate) fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn prepare() -> Prepared {
    let (schema, _warnings) = Schema::from_cedarschema_str(SCHEMA)
        .expect("the schema parses because it is part of this crate and its tests parse it");
    let action_type = entity_type("Action");
    let hierarchy = schema.action_entities().expect("the schema's action groups are acyclic");
    let actions = Action::all().map(|action| {
        let uid = uid(&action_type, action.as_str());
        let groups: Vec<_> = hierarchy.ancestors(&uid).into_iter().flatten().cloned().collect();
        let principals = schema.principals_for_action(&uid).into_iter().flatten().cloned().collect();
        let resources = schema.resources_for_action(&uid).into_iter().flatten().cloned().collect();
        let entity = Entity::new_no_attrs(uid.clone(), groups.iter().cloned().collect());
        let ancestors = std::iter::once(uid.clone()).chain(groups).collect();
        (action, Scope { uid, entity, ancestors, principals, resources })
    });
    let actions = actions.collect();
    Prepared { validator: Validator::new(schema), actions, types: Types::new() }
}

fn entity_type(name: &str) -> EntityTypeName {
    format!("{NAMESPACE}::{name}").parse().expect("a type name of the schema is a Cedar name")
}

impl Types {
    fn new() -> Self {
        Self {
            list: entity_type("List"),
            role: entity_type("Role"),
            tenant: entity_type("Tenant"),
            network: entity_type("Network"),
            did: entity_type("Did"),
            ring: entity_type("Ring"),
            group_member: entity_type("GroupMember"),
            group: entity_type("Group"),
            proposal: entity_type("Proposal"),
            guest: entity_type("Guest"),
            document: entity_type("Document"),
            status_list: entity_type("StatusList"),
            accreditation: entity_type("Accreditation"),
            node: entity_type("Node"),
            endpoint: entity_type("Endpoint"),
            api_key: entity_type("ApiKey"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_actions_of_the_schema_are_the_actions_of_the_enum() {
        let prepared = prepared();
        let schema = prepared.validator.schema();
        let groups: BTreeSet<_> = schema.action_groups().map(|uid| uid.id().unescaped().to_owned()).collect();
        let declared: BTreeSet<_> = schema
            .actions()
            .map(|uid| uid.id().unescaped().to_owned())
            .filter(|name| !groups.contains(name))
            .collect();
        let known: BTreeSet<_> = Action::all().map(|action| action.as_str().to_owned()).collect();
        assert_eq!(declared, known);
        assert!(
            prepared
                .actions
                .values()
                .all(|scope| !scope.principals.is_empty() && !scope.resources.is_empty())
        );
        assert!(prepared.actions.values().all(|scope| scope.ancestors.len() >= 2), "each is in a group");
    }

    #[test]
    fn action_names_parse_back() {
        for action in Action::all() {
            assert_eq!(action.as_str().parse(), Ok(action));
        }
    }
}
