/// The way a contact with a customer went.
package enum ContactChannel: String, Coded {
  case phone, wechat, app, branch, visit, sms, email, web

  package var labels: Labels {
    switch self {
    case .phone: Labels("电话", "Phone", ["致电", "来电", "call"])
    case .wechat: Labels("微信", "WeChat", ["企业微信", "公众号"])
    case .app: Labels("App", "App", ["客户端", "手机应用"])
    case .branch: Labels("柜面", "Branch", ["网点", "柜台", "counter"])
    case .visit: Labels("拜访", "Visit", ["面访", "上门"])
    case .sms: Labels("短信", "SMS", ["text"])
    case .email: Labels("邮件", "Email", ["电子邮件", "mail"])
    case .web: Labels("网站", "Web", ["官网", "网页"])
    }
  }
}

/// Who began the contact: `in` the customer, `out` the insurer.
package enum Direction: String, Coded {
  case incoming = "in"
  case outgoing = "out"

  package var labels: Labels {
    switch self {
    case .incoming: Labels("来访", "In", ["呼入", "入", "客户发起", "inbound", "incoming"])
    case .outgoing: Labels("去访", "Out", ["呼出", "出", "我方发起", "outbound", "outgoing"])
    }
  }
}
