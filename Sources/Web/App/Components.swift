/// The small parts that many pages share, each with its template in `templates/shared/`.

/// A state or tag: a hue, an icon and a word, never a colour alone. Template: `shared/badge`.
package struct Badge: Part {
  /// `good`, `warn`, `bad`, `info`, `quiet`, `gold`.
  package let text, tone, icon: String

  package init(_ text: String, tone: String = "quiet", icon: String = "") {
    self.text = text
    self.tone = tone
    self.icon = icon
  }

  package static let tags: Tags<Badge> = ["text": .text(\.text), "tone": .text(\.tone), "icon": .icon(\.icon)]
}

/// Text that leads somewhere. Template: `shared/link`.
package struct Link: Part {
  package let text, href: String

  package init(_ text: String, _ href: String) {
    self.text = text
    self.href = href
  }

  package static let tags: Tags<Link> = ["text": .text(\.text), "href": .text(\.href)]
}

/// A label and what stands there; rows of a description list. Template: `shared/fact`.
package struct Fact: Part {
  package let label, value: String
  package let href, note: String?

  package init(_ label: String, _ value: String, href: String? = nil, note: String? = nil) {
    self.label = label
    self.value = value
    self.href = href
    self.note = note
  }

  package static let tags: Tags<Fact> = [
    "label": .text(\.label), "value": .text(\.value), "href": .text(\.href), "note": .text(\.note),
  ]
}

/// A figure that opens its rows. Template: `shared/stat`.
package struct Stat: Part {
  package let label, value, href, tone: String
  package let note: String?

  package init(_ label: String, _ value: String, href: String, tone: String = "", note: String? = nil) {
    self.label = label
    self.value = value
    self.href = href
    self.tone = tone
    self.note = note
  }

  package static let tags: Tags<Stat> = [
    "label": .text(\.label), "value": .text(\.value), "href": .text(\.href), "tone": .text(\.tone),
    "note": .text(\.note),
  ]
}

/// One tab, step or filter that is either where we are or leads there. Template: `shared/tabs`.
package struct Choice: Part {
  package let label, href: String
  package let isCurrent: Bool
  package let count: String?
  package let icon: String

  package init(_ label: String, _ href: String, isCurrent: Bool = false, count: String? = nil, icon: String = "") {
    self.label = label
    self.href = href
    self.isCurrent = isCurrent
    self.count = count
    self.icon = icon
  }

  package static let tags: Tags<Choice> = [
    "label": .text(\.label), "href": .text(\.href), "isCurrent": .flag(\.isCurrent), "count": .text(\.count),
    "icon": .icon(\.icon),
  ]
}

/// What a list says when it has nothing, and what to do about it. Template: `shared/empty`.
package struct Empty: Part {
  package let icon, title, text: String
  package let action: Link?

  package init(icon: String, title: String, text: String, action: Link? = nil) {
    self.icon = icon
    self.title = title
    self.text = text
    self.action = action
  }

  package static let tags: Tags<Empty> = [
    "icon": .icon(\.icon), "title": .text(\.title), "text": .text(\.text), "action": .part(\.action),
  ]
}

/// The foot of a list: how many there are, honestly, and the next page by key. Template: `shared/pager`.
package struct Pager: Part {
  package let summary: String
  package let nextHref, firstHref: String?
  package static let tags: Tags<Pager> = [
    "summary": .text(\.summary), "nextHref": .text(\.nextHref), "firstHref": .text(\.firstHref),
    "isShown": .flag { !$0.summary.isEmpty || $0.nextHref != nil || $0.firstHref != nil },
  ]
}

/// A row of some other table that the list did not deserve a type for: cells ready to print. Template: `shared/cell`.
package struct Cell: Part {
  package let text: String
  package let href: String?
  package let badge: Badge?
  package let isNumber: Bool
  /// Its column's head, which a phone shows beside it.
  package var label: String?

  package init(_ text: String, href: String? = nil, badge: Badge? = nil, isNumber: Bool = false) {
    self.text = text
    self.href = href
    self.badge = badge
    self.isNumber = isNumber
  }

  package static let tags: Tags<Cell> = [
    "text": .text(\.text), "href": .text(\.href), "badge": .part(\.badge), "isNumber": .flag(\.isNumber),
    "label": .text(\.label),
  ]
}
