package io.inmesh.agent.admin;

/**
 * One page. Runs on the thread {@code inmesh-admin}, so it may take its time but keeps other pages
 * waiting.
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
     * @throws IllegalArgumentException if the request makes no sense; its message is the answer,
     *     with status 400
     */
    AdminResponse handle(AdminRequest request);
  }
}
