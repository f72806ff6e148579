package java.lang;

import java.lang.invoke.CallSite;
import java.lang.invoke.ConstantCallSite;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * The one class that instrumented code names: the bootstrap method of every advice call site. It
 * lives in {@code java.lang} of the boot loader because only that package is visible from every
 * class loader, OSGi and module layers included.
 *
 * <p>This is an ABI between agents of different versions in one process: JDK types only, never
 * changed.
 */
public final class MeshDispatcher {
  /** Version of this ABI. */
  public static final int VERSION = 1;

  /**
   * {@code (Lookup, String, MethodType, Object[]) -> CallSite}, set by the agent that is in charge;
   * null while none is. Any thread may read it.
   */
  public static volatile MethodHandle linker;

  private MeshDispatcher() {}

  /**
   * Links one advice call site.
   *
   * @param arguments the first is the index of the site's parameter that it returns when no agent
   *     is in charge, or -1 for null or zero; the rest is for the linker
   */
  public static CallSite link(
      MethodHandles.Lookup caller, String name, MethodType type, Object... arguments)
      throws Throwable {
    MethodHandle current = linker;
    CallSite site =
        current == null ? null : (CallSite) current.invoke(caller, name, type, arguments);
    return site != null ? site : new ConstantCallSite(idle(type, (Integer) arguments[0]));
  }

  /** What a site does when nobody advises it. */
  public static MethodHandle idle(MethodType type, int echo) {
    return echo < 0
        ? MethodHandles.empty(type)
        : MethodHandles.permuteArguments(MethodHandles.identity(type.returnType()), type, echo);
  }
}
