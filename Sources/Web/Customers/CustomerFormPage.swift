/// Create or correct a customer. Template: `customers/form`.
package struct CustomerFormPage: Page {
  package static let template = "customers/form"
  package let title, action, cancelHref, csrf: String
  package let version: String?
  /// Of whom the new customer is made.
  package let lead: String?
  package let groups: [FieldGroup]
  package let faults: [Fault]
  /// Records that look like the same person, to open before making another.
  package let twins: [Link]
  /// Asks for a reason to keep values that do not pass.
  package let reason: Field?

  package static let tags: Tags<CustomerFormPage> = [
    "title": .text(\.title), "action": .text(\.action), "cancelHref": .text(\.cancelHref), "csrf": .text(\.csrf),
    "version": .text(\.version), "lead": .text(\.lead), "groups": .rows(\.groups), "faults": .rows(\.faults),
    "twins": .rows(\.twins),
    "reason": .part(\.reason),
  ]

  package static let sample = CustomerFormPage(
    title: "更正客户资料", action: "/customers/CU-1", cancelHref: "/customers/CU-1", csrf: "token", version: "3",
    lead: "LD-1",
    groups: [
      FieldGroup(
        title: "基本资料",
        fields: [
          Field("name", "姓名", "李岚", autocomplete: "off", isRequired: true),
          Field(
            "gender", "性别", control: .select([SelectOption("", "未知"), SelectOption("female", "女", isSelected: true)])),
          Field("birth_date", "出生日期", "1991-04-17", hint: "例如 1991-04-17"),
        ]),
      FieldGroup(
        title: "证件与联系方式",
        fields: [
          Field(
            "national_id", "居民身份证号码", "31011519910417002", hint: "用于核对身份与续保，加密保存",
            error: "校验码不符，请核对最后一位"),
          Field("mobile", "手机", "13800000000", control: .input(type: "tel"), hint: "用于保单服务通知"),
          Field("address", "地址", "上海市浦东新区", control: .area),
          Field("confirm", "已电话核对", control: .check),
        ]),
    ],
    faults: [Fault("national_id", "居民身份证号码：校验码不符，请核对最后一位")],
    twins: [Link("李岚 CU-0F7K-2MQ4-9XTB-1A", "/customers/CU-1")],
    reason: Field("reason", "仍要保存的原因", control: .area))
}

package struct FieldGroup: Part {
  package let title: String
  package let fields: [Field]
  package static let tags: Tags<FieldGroup> = ["title": .text(\.title), "fields": .rows(\.fields)]
}
