package io.inmesh.agent.link;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.Map;

/**
 * The objects of one module for one copy of its library, one of each class: a constructor parameter
 * is either a service of the agent or another class of the module, so advice needs no static state
 * to share things.
 */
final class AdviceInstances {
  private final ModuleClassLoader loader;
  private final Map<Class<?>, Object> instances = new HashMap<>();

  /**
   * @param services what constructors may ask for, by type
   */
  AdviceInstances(ModuleClassLoader loader, Map<Class<?>, Object> services) {
    this.loader = loader;
    this.instances.putAll(services);
  }

  /** The one object of the named class of this module. */
  synchronized Object instance(String className) throws ReflectiveOperationException {
    return instance(Class.forName(className, true, loader));
  }

  private Object instance(Class<?> type) throws ReflectiveOperationException {
    Object known = instances.get(type);
    if (known != null) {
      return known;
    }
    if (type.getClassLoader() != loader) {
      throw new NoSuchMethodException(
          "advice asks for a " + type.getName() + ", which is no service of the agent");
    }
    Constructor<?>[] constructors = type.getDeclaredConstructors();
    if (constructors.length != 1) {
      throw new NoSuchMethodException(type.getName() + " must have exactly one constructor");
    }
    Class<?>[] wanted = constructors[0].getParameterTypes();
    Object[] given = new Object[wanted.length];
    for (int i = 0; i < wanted.length; i++) {
      given[i] = instance(wanted[i]);
    }
    // Not through a method handle: linking one costs about a millisecond a class.
    constructors[0].setAccessible(true);
    Object made;
    try {
      made = constructors[0].newInstance(given);
    } catch (InvocationTargetException e) {
      throw new ReflectiveOperationException(type.getName() + " cannot be created", e.getCause());
    }
    instances.put(type, made);
    return made;
  }
}
