package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.Admission;
import io.inmesh.instrumentation.api.Exchange;
import org.apache.coyote.Response;

/** What is kept of an admitted request until it ends. Used by one thread at a time. */
final class Admittance {
  private final Admission.Admitted admitted;
  private boolean responded;

  Admittance(Admission.Admitted admitted) {
    this.admitted = admitted;
  }

  /**
   * Edits the head of the response; Tomcat writes a second one where the first was too large.
   *
   * @return whether the connection is to end with it
   */
  boolean respond(Response response) {
    if (responded) {
      return false;
    }
    responded = true;
    admitted.editResponse(response.getStatus(), new TomcatResponseEditor(response));
    return admitted.isLast();
  }

  void end(Exchange.End how) {
    admitted.ended(how);
  }
}
