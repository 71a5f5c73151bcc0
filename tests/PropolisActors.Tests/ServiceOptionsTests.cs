using Propolis.Core.Lifecycle;

namespace PropolisActors.Tests;

public sealed class ServiceOptionsTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    [InlineData(601)]
    public void Stop_grace_that_passes_at_the_start_is_one_that_a_vm_can_be_made_with(int seconds)
    {
        // Goal: a value a VM would refuse is refused when the service starts, not when the first VM is created.
        var grace = TimeSpan.FromSeconds(seconds);

        var refused = Record.Exception(() => new VmOptions { StopGrace = grace });

        Assert.Equal(refused is null, (ServiceOptions.Default with { StopGrace = grace }).Fault() is null);
    }
}
