/** The members of HSDS 3.0 objects that we write and read; the names are those of the specification. */
export interface HsdsOrganization {
  readonly id: string
  readonly name: string
  /** Further names, one a line. */
  readonly alternate_name?: string
  readonly description: string
  readonly website?: string
  readonly services: readonly HsdsService[]
  readonly attributes: readonly HsdsAttribute[]
}

/** One desk. */
export interface HsdsService {
  readonly id: string
  readonly organization_id: string
  readonly name: string
  readonly status: 'active' | 'temporarily closed'
  readonly email: string
  /** Why not to rely on it. */
  readonly alert?: string
  /** Day of the last check. */
  readonly assured_date: string
  readonly contacts: readonly {
    readonly id: string
    readonly title: string
    readonly department: string
    readonly email: string
  }[]
  readonly phones: readonly {
    readonly id: string
    readonly number: string
    readonly type: string
    readonly description: string
  }[]
  readonly languages: readonly { readonly id: string; readonly code: string; readonly note: string }[]
  readonly schedules: readonly HsdsSchedule[]
  readonly service_areas: readonly {
    readonly id: string
    readonly name: string
    readonly extent: string
    readonly extent_type: 'text'
  }[]
  readonly attributes: readonly HsdsAttribute[]
}

export interface HsdsSchedule {
  readonly id: string
  readonly freq: 'WEEKLY'
  readonly byday: string
  readonly opens_at: string
  readonly closes_at: string
  readonly description: string
}

/** A term of a taxonomy of ours: what HSDS has no member for. */
export interface HsdsAttribute {
  readonly id: string
  readonly link_entity: 'organization' | 'service'
  readonly link_id: string
  readonly value: string
  readonly taxonomy_term_id: string
  readonly taxonomy_term: {
    readonly id: string
    readonly code: string
    readonly name: string
    readonly taxonomy: Taxonomy
  }
}

export const taxonomies = [
  'trm-country',
  'trm-agency-type',
  'trm-visibility',
  'trm-desk-role',
  'trm-emergency',
  'trm-service',
  'trm-target-group',
  'trm-referral-type',
  'trm-sop',
  'trm-time-zone',
  'trm-always-open',
  'trm-capacity',
  'trm-checked-by',
] as const

export type Taxonomy = (typeof taxonomies)[number]
