package io.inmesh.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is taken for the one that connects. */
class CallersTest {
  private static final Optional<String> MODULE = Optional.empty();
  private static final Optional<String> APP = Optional.of(App.class.getName());

  private final Callers callers = new Callers(type -> type == Library.class);

  /** Code that a module routes. */
  private static final class Library {
    private static Optional<String> connect(Callers callers) {
      return callers.outsideAnyModule();
    }

    private static <T> T intercepted(Supplier<T> interceptor) {
      return interceptor.get();
    }
  }

  /** Code that no module routes. */
  static final class App {
    private App() {}

    static Optional<String> connect(Callers callers) {
      return callers.outsideAnyModule();
    }

    static Supplier<Optional<String>> connecting(Callers callers) {
      return () -> callers.outsideAnyModule();
    }

    static Supplier<Optional<String>> reference(Callers callers) {
      return callers::outsideAnyModule;
    }
  }

  @Test
  void isTheLibraryItselfWhateverTheAppCallsItFrom() {
    assertThat(Library.connect(callers)).isEqualTo(MODULE);
    assertThat(Library.intercepted(() -> Library.connect(callers))).isEqualTo(MODULE);
  }

  @Test
  void isTheAppThatALibraryHasCalled() {
    assertThat(App.connect(callers)).isEqualTo(APP);
    assertThat(Library.intercepted(() -> App.connect(callers))).isEqualTo(APP);
    assertThat(Library.intercepted(App.connecting(callers))).isEqualTo(APP);
    assertThat(Library.intercepted(App.reference(callers)))
        .as("without a frame of its own: its outermost class")
        .isEqualTo(Optional.of(CallersTest.class.getName()));
  }

  @Test
  void isTheOneThatTheJdkConnectsFor() throws Exception {
    Method ask = Callers.class.getDeclaredMethod("outsideAnyModule");
    Method connect = App.class.getDeclaredMethod("connect", Callers.class);
    // More often than the JDK goes without an accessor made for the method.
    for (int i = 0; i < 50; i++) {
      assertThat(Library.intercepted(() -> invoke(connect, null, callers))).isEqualTo(APP);
      assertThat(invoke(ask, callers)).isEqualTo(Optional.of(CallersTest.class.getName()));
    }
    assertThat(
            Library.intercepted(
                (Supplier<?>)
                    Proxy.newProxyInstance(
                        App.class.getClassLoader(),
                        new Class<?>[] {Supplier.class},
                        (proxy, method, arguments) -> App.connect(callers))))
        .isEqualTo(APP);
    assertThat(CompletableFuture.supplyAsync(App.connecting(callers)).get()).isEqualTo(APP);
  }

  @Test
  void isALibraryOfTheJdkOnlyWhereThatIsNearest() throws Exception {
    Callers jdk = new Callers(type -> type == Method.class);
    Method connect = App.class.getDeclaredMethod("connect", Callers.class);

    assertThat(invoke(Callers.class.getDeclaredMethod("outsideAnyModule"), jdk)).isEqualTo(MODULE);
    assertThat(invoke(connect, null, jdk)).isEqualTo(APP);
  }

  private static Object invoke(Method method, @Nullable Object target, Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(method.getName(), e);
    }
  }
}
