package dev.cordon.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupLimitsTest {
    @Test
    void acceptsBothEndsOfTheRange() {
        assertThat(new GroupLimits(1, 100_000)).isEqualTo(new GroupLimits(1, 100_000));
        assertThat(new GroupLimits(100_000, 1).maxGroups()).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 100_001})
    void rejectsWhatLiesOutsideByTheSettingsName(int value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GroupLimits(value, 1))
                .withMessage("cordon.groups.max-groups must be 1 to 100000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GroupLimits(1, value))
                .withMessage("cordon.groups.max-members must be 1 to 100000");
    }
}
