using Xunit.Sdk;

namespace Akka.Conformance.Tests.TestKit;

/// <summary>Limits and polling of the test kit.</summary>
public sealed class TestKitTimeTests : Akka.TestKit.Xunit2.TestKit
{
    public TestKitTimeTests()
        : base("akka.test.timefactor = 2.0\nakka.test.single-expect-default = 100ms")
    {
    }

    [Fact]
    public void Times_are_dilated()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), Dilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromMilliseconds(200), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromSeconds(2), RemainingOrDilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(2.0, TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
    }

    [Fact]
    public void Remaining_outside_Within_throws()
        => Assert.Throws<InvalidOperationException>(() => Remaining);

    [Fact]
    public void Within_gives_what_remains_to_inner_expectations_and_nests_by_the_smaller_limit()
        => Within(Limits.Long, () =>
        {
            Assert.True(Remaining > Limits.Long);
            Within(TimeSpan.FromSeconds(5), () => Assert.InRange(Remaining, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
            Within(TimeSpan.FromHours(1), () => Assert.InRange(Remaining, TimeSpan.Zero, Limits.Long * 2));
            Assert.True(RemainingOrDefault > Limits.Long);
        });

    [Fact]
    public void Within_fails_when_the_block_ends_too_early_or_too_late()
    {
        Assert.ThrowsAny<XunitException>(() => Within(Limits.Long, Limits.Long * 2, () => { }));
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromMilliseconds(1), () =>
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.True(SpinWait.SpinUntil(
                () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromMilliseconds(20), Limits.Long));
        }));
    }

    [Fact]
    public void Within_returns_the_result()
        => Assert.Equal(7, Within(Limits.Long, () => 7));

    [Fact]
    public async Task WithinAsync_does_the_same()
    {
        Assert.Equal(7, await WithinAsync(Limits.Long, () => Task.FromResult(7)));
        await WithinAsync(Limits.Long, () => Task.CompletedTask);
        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Limits.Long, Limits.Long * 2, () => Task.CompletedTask));
    }

    [Fact]
    public void AwaitCondition_polls_until_the_condition_holds()
    {
        var polls = 0;
        AwaitCondition(() => ++polls == 3, Limits.Long, TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, polls);
        Assert.ThrowsAny<XunitException>(() => AwaitCondition(() => false, Limits.Short));
        Assert.False(AwaitConditionNoThrow(() => false, Limits.Short));
    }

    [Fact]
    public void AwaitAssert_repeats_and_its_last_exception_surfaces_unchanged()
    {
        var tries = 0;
        AwaitAssert(() => Assert.Equal(3, ++tries), Limits.Long, TimeSpan.FromMilliseconds(1));
        Assert.Equal(3, tries);
        Assert.Throws<FormatException>(() => AwaitAssert(() => throw new FormatException(), Limits.Short));
    }

    [Fact]
    public async Task Expectations_have_asynchronous_forms()
    {
        TestActor.Tell("a", TestActor);
        await ExpectMsgAsync("a");
        await ExpectNoMsgAsync(Limits.Short);
        TestActor.Tell(1, TestActor);
        Assert.Equal(1, await ExpectMsgFromAsync<int>(TestActor));
        Assert.Null(await ReceiveOneAsync(TimeSpan.Zero));
        await AwaitConditionAsync(() => Task.FromResult(true));
        await AwaitAssertAsync(() => Task.CompletedTask);
        TestActor.Tell("fish", TestActor);
        Assert.Equal("fish", await FishForMessageAsync<string>(_ => true));
    }
}
