package dev.alloy.testing;

import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.type.classreading.CachingMetadataReaderFactory;

/** What the first application of this JVM read in class files, kept for all others: they have the same classes. */
final class KnownClasses {

    /** The name under which Spring Boot looks for what reads class files; it makes its own where there is none. */
    private static final String READER = "org.springframework.boot.autoconfigure.internalCachingMetadataReaderFactory";

    private static final CachingMetadataReaderFactory FILES =
            new CachingMetadataReaderFactory(KnownClasses.class.getClassLoader());

    static {
        FILES.setCacheLimit(20_000);
    }

    private KnownClasses() {}

    /** Lets an application that has not begun use them. */
    static void share(ConfigurableApplicationContext context) {
        var reader = BeanDefinitionBuilder.rootBeanDefinition(CachingMetadataReaderFactory.class, () -> FILES)
                .getBeanDefinition();
        ((BeanDefinitionRegistry) context.getBeanFactory()).registerBeanDefinition(READER, reader);
    }
}
