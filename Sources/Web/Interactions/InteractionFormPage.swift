/// Record a contact with a customer. Template: `interactions/form`.
package struct InteractionFormPage: Page {
  package static let template = "interactions/form"
  package let customer, customerHref, action, csrf: String
  package let fields: [Field]
  package let faults: [Fault]
  package static let tags: Tags<InteractionFormPage> = [
    "customer": .text(\.customer), "customerHref": .text(\.customerHref), "action": .text(\.action),
    "csrf": .text(\.csrf), "fields": .rows(\.fields), "faults": .rows(\.faults),
  ]
  package static let sample = InteractionFormPage(
    customer: "李岚", customerHref: "/customers/CU-1", action: "/customers/CU-1/interactions", csrf: "token",
    fields: [
      Field(
        "channel", "渠道",
        control: .select([SelectOption("phone", "电话"), SelectOption("wechat", "微信", isSelected: true)])),
      Field("direction", "方向", control: .select([SelectOption("in", "客户来"), SelectOption("out", "我方去")])),
      Field("at", "时间", "2026-11-22T11:30", control: .input(type: "datetime-local")),
      Field("topic", "主题", error: "请填写主题", isRequired: true),
      Field("summary", "摘要", control: .area, hint: "不要记录健康细节；加密保存"),
    ], faults: [Fault("topic", "主题：请填写主题")])
}
