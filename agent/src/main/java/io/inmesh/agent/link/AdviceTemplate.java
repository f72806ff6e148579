package io.inmesh.agent.link;

import io.inmesh.agent.AgentLog;
import io.inmesh.instrumentation.api.Advice;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happens when advice fails, one template for each purpose.
 *
 * <ul>
 *   <li>Observing: the failure is swallowed, the site behaves as if nobody advised it.
 *   <li>Securing: the request is refused with a {@link ConnectException}, an error that every
 *       client library knows how to hand to its app. Advice refuses on purpose by throwing any
 *       {@link IOException}.
 * </ul>
 */
final class AdviceTemplate {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final String name;
  private final Advice purpose;
  private final MethodType type;
  private final int echo;
  private final AgentLog log;
  private final AtomicLong failures = new AtomicLong();

  AdviceTemplate(String name, Advice purpose, MethodType type, int echo, AgentLog log) {
    this.name = name;
    this.purpose = purpose;
    this.type = type;
    this.echo = echo;
    this.log = log;
  }

  /** {@code target} with its failures handled. */
  MethodHandle guard(MethodHandle target) throws ReflectiveOperationException {
    return MethodHandles.catchException(target, Throwable.class, after(handler()));
  }

  /** What a site does whose advice could not be linked. */
  MethodHandle unlinked(Throwable failure) {
    if (purpose == Advice.OBSERVING) {
      return idle();
    }
    try {
      return MethodHandles.dropArguments(
          MethodHandles.foldArguments(
              MethodHandles.throwException(type.returnType(), Throwable.class),
              MethodHandles.insertArguments(handler(), 0, failure)),
          0,
          type.parameterList());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** {@code (Throwable) -> Throwable}: null to go on as if nobody advised, else what to throw. */
  private MethodHandle handler() throws ReflectiveOperationException {
    return LOOKUP
        .findVirtual(
            AdviceTemplate.class,
            purpose == Advice.OBSERVING ? "observed" : "refused",
            MethodType.methodType(Throwable.class, Throwable.class))
        .bindTo(this);
  }

  private MethodHandle after(MethodHandle handler) {
    if (purpose == Advice.OBSERVING) {
      // (Throwable, parameters...) -> idle result
      return MethodHandles.foldArguments(
          MethodHandles.dropArguments(idle(), 0, Throwable.class, Throwable.class), handler);
    }
    MethodHandle thrown =
        MethodHandles.filterArguments(
            MethodHandles.throwException(type.returnType(), Throwable.class), 0, handler);
    return MethodHandles.dropArguments(thrown, 1, type.parameterList());
  }

  private MethodHandle idle() {
    return echo < 0
        ? MethodHandles.empty(type)
        : MethodHandles.permuteArguments(MethodHandles.identity(type.returnType()), type, echo);
  }

  Throwable observed(Throwable failure) {
    if (failures.getAndIncrement() == 0) {
      log.error("advice " + name + " failed and is ignored from here on", failure);
    }
    return failure;
  }

  Throwable refused(Throwable failure) {
    if (failure instanceof IOException) {
      return failure;
    }
    if (failures.getAndIncrement() == 0) {
      log.error("advice " + name + " failed; requests that need it are refused", failure);
    }
    ConnectException refusal =
        new ConnectException("inmesh refuses the request because its advice failed: " + failure);
    refusal.initCause(failure);
    return refusal;
  }
}
