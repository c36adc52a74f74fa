/// The sex entered in the identity document.
package enum Sex: String, Coded {
  case male, female

  package var labels: Labels {
    switch self {
    case .male: Labels("男", "Male", ["M", "1", "男性", "先生"])
    case .female: Labels("女", "Female", ["F", "2", "女性", "女士"])
    }
  }
}

/// The way of distribution through which a customer, policy or member of staff came.
package enum Channel: String, Coded {
  case agency, bancassurance, broker, telesales, online, group

  package var labels: Labels {
    switch self {
    case .agency: Labels("个险", "Agency", ["代理人", "营销员", "agent"])
    case .bancassurance: Labels("银保", "Bancassurance", ["银行保险", "bank"])
    case .broker: Labels("经代", "Broker", ["经纪", "代理公司", "经纪公司"])
    case .telesales: Labels("电销", "Telesales", ["电话销售"])
    case .online: Labels("网销", "Online", ["互联网", "网络销售", "web"])
    case .group: Labels("团险", "Group", ["团体", "团体险"])
    }
  }
}
