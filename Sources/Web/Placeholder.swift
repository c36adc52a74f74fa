import Hummingbird
import HummingbirdTLS
import Mustache
enum WebPlaceholder {}
