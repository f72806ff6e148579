package io.inmesh.agent.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * One page. Its handler runs on the endpoint's one thread, so it may take its time but keeps other
 * pages waiting; one that waits for somebody else answers later.
 *
 * @param path where it stands
 * @param changes true if it changes something and so takes POST, false if it only reads and takes
 *     GET
 * @param summary one line for the list at {@code /}
 */
public record AdminPage(String path, boolean changes, String summary, Handler handler) {
  /** Answers a request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * The answer, at once or later.
     *
     * @throws IllegalArgumentException if the request makes no sense; its message is the answer,
     *     with status 400
     */
    CompletionStage<AdminResponse> handle(AdminRequest request);
  }

  /** A page that only reads. */
  public static AdminPage reading(
      String path, String summary, Function<AdminRequest, AdminResponse> answer) {
    return new AdminPage(path, false, summary, now(answer));
  }

  /** A page that changes something. */
  public static AdminPage changing(
      String path, String summary, Function<AdminRequest, AdminResponse> answer) {
    return new AdminPage(path, true, summary, now(answer));
  }

  /** A page that only reads, and asks somebody else first. */
  public static AdminPage asking(String path, String summary, Handler handler) {
    return new AdminPage(path, false, summary, handler);
  }

  private static Handler now(Function<AdminRequest, AdminResponse> answer) {
    return request -> CompletableFuture.completedFuture(answer.apply(request));
  }
}
