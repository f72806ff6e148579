package shop;

import java.util.List;

/**
 * One call to another service, as its caller saw it.
 *
 * @param status HTTP status; 0 if no answer came
 * @param by who answered, or what went wrong
 */
record Call(String url, int status, String by, long millis) {

  String json() {
    return """
        {"url":"%s","status":%d,"by":"%s","ms":%d}"""
        .formatted(url, status, by.replace("\\", "/").replace("\"", "'"), millis);
  }

  /** What a page answers that made these calls: the first failure's status, else 200. */
  static int pageStatus(List<Call> calls) {
    for (Call call : calls) {
      if (call.status() == 0) {
        return 502;
      }
      if (call.status() >= 400) {
        return call.status();
      }
    }
    return 200;
  }

  /** A page that reports the calls it made. */
  static Service.Answer page(String page, List<Call> calls) {
    StringBuilder json = new StringBuilder("{\"page\":\"" + page + "\",\"calls\":[");
    for (int i = 0; i < calls.size(); i++) {
      json.append(i == 0 ? "" : ",").append(calls.get(i).json());
    }
    StringBuilder by = new StringBuilder();
    calls.forEach(call -> by.append(by.length() == 0 ? "" : ", ").append(call.by()));
    return new Service.Answer(pageStatus(calls), json.append("]}\n").toString(), by.toString());
  }
}
