package io.inmesh.instrumentation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutboxTest {
  private final Outbox<String, String> outbox = new Outbox<>();

  @Test
  void whatCameBeforeAnAttemptIsToldToIt() {
    send("a");
    Noting call = new Noting();
    outbox.attach(1, call, true);
    send("b");
    outbox.add(ClientCall::halfClose);

    assertThat(call.told).containsExactly("a", "b", "half-close");
  }

  @Test
  void theNextAttemptIsToldAllOfIt() {
    Noting first = new Noting();
    outbox.attach(1, first, true);
    send("a");
    outbox.detach(1);
    send("b");
    Noting second = new Noting();
    outbox.attach(2, second, true);

    assertThat(first.told).containsExactly("a");
    assertThat(second.told).containsExactly("a", "b");
  }

  @Test
  void onlyWhoAnswersIsAskedForMessages() {
    outbox.request(2);
    Noting first = new Noting();
    outbox.attach(1, first, true);
    outbox.detach(1);
    Noting second = new Noting();
    outbox.attach(2, second, true);
    outbox.answered();
    outbox.request(3);

    assertThat(first.told).isEmpty();
    assertThat(second.told).containsExactly("request 2", "request 3");
  }

  @Test
  void anAnswerMayComeBeforeAnythingWasSaid() {
    send("a");
    outbox.request(1);
    outbox.answered();
    Noting call = new Noting();
    outbox.attach(1, call, true);
    send("b");

    assertThat(call.told).containsExactly("a", "request 1", "b");
  }

  @Test
  void anAttemptThatIsOverIsNotAttached() {
    send("a");
    outbox.detach(1);
    Noting late = new Noting();
    outbox.attach(1, late, true);

    assertThat(late.told).isEmpty();
  }

  @Test
  void whoComesLastIsToldAndNothingIsKept() {
    send("a");
    Noting last = new Noting();
    outbox.attach(1, last, false);
    send("b");
    Noting never = new Noting();
    outbox.attach(2, never, false);

    assertThat(last.told).containsExactly("a", "b");
    assertThat(never.told).isEmpty();
  }

  private void send(String message) {
    outbox.add(call -> call.sendMessage(message));
  }

  private static final class Noting extends ClientCall<String, String> {
    private final List<String> told = new ArrayList<>();

    @Override
    public void start(Listener<String> listener, Metadata headers) {}

    @Override
    public void request(int messages) {
      told.add("request " + messages);
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      told.add("cancel");
    }

    @Override
    public void halfClose() {
      told.add("half-close");
    }

    @Override
    public void sendMessage(String message) {
      told.add(message);
    }
  }
}
