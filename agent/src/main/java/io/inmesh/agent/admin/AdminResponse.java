package io.inmesh.agent.admin;

/** An answer of the admin endpoint. */
public record AdminResponse(int status, String contentType, String body) {
  /** 200 with JSON. */
  public static AdminResponse json(String body) {
    return new AdminResponse(200, "application/json", body);
  }

  /** Plain text. */
  public static AdminResponse text(int status, String body) {
    return new AdminResponse(status, "text/plain; charset=utf-8", body);
  }
}
