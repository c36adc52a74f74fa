/// One thing that happened, in a sentence, with its channel and source. Template: `shared/event`.
package struct TimelineRow: Part {
  package let icon, channel, sentence, source: String
  package let detail, href: String?
  package let at: Moment
  /// `policy`, `claim`, `contact`, `money`, `system`: which hue and which filter.
  package let family: String

  package init(
    icon: String, family: String, channel: String, sentence: String, detail: String? = nil, source: String,
    href: String? = nil, at: Moment
  ) {
    self.icon = icon
    self.family = family
    self.channel = channel
    self.sentence = sentence
    self.detail = detail
    self.source = source
    self.href = href
    self.at = at
  }

  package static let tags: Tags<TimelineRow> = [
    "icon": .icon(\.icon), "channel": .text(\.channel), "sentence": .text(\.sentence), "source": .text(\.source),
    "detail": .text(\.detail), "href": .text(\.href), "at": .part(\.at), "family": .text(\.family),
  ]

  static let samples: [TimelineRow] = [
    TimelineRow(
      icon: "wechat", family: "contact", channel: "微信", sentence: "咨询少儿医保如何与学平险衔接",
      detail: "已发送理赔材料清单，约定周六上午电话。", source: "何静", at: .sample("2 小时前", "2026-11-22 09:30")),
    TimelineRow(
      icon: "claim", family: "claim", channel: "理赔", sentence: "医疗理赔 CLM-2026-00318 已给付 ¥860", source: "核心系统",
      href: "/claims/CL-1", at: .sample("11-02", "2026-11-02 15:04")),
    TimelineRow(
      icon: "premium", family: "money", channel: "续期", sentence: "安心终身寿险 收到续期保费 ¥15,000", source: "核心系统",
      at: .sample("10-12", "2026-10-12 03:00")),
    TimelineRow(
      icon: "edit", family: "system", channel: "资料", sentence: "更正了手机号", source: "柜面 · 王芳",
      at: .sample("09-30", "2026-09-30 10:11")),
    TimelineRow(
      icon: "policy", family: "policy", channel: "保单", sentence: "康健百万医疗 已续保至 2027-09-14", source: "核心系统",
      at: .sample("09-15", "2026-09-15 00:05")),
    TimelineRow(
      icon: "phone", family: "contact", channel: "电话", sentence: "回访成功，七项问题均确认", source: "客服中心",
      at: .sample("2025-10-20", "2025-10-20 16:40")),
  ]
}

extension Moment {
  static func sample(_ text: String, _ exact: String) -> Moment { Moment(text: text, exact: exact, iso: exact) }
}
