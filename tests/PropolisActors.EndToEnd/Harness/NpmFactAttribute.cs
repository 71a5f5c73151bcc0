namespace PropolisActors.EndToEnd.Harness;

/// <summary>A test that needs npm; skipped, and counted as such, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NpmFactAttribute : FactAttribute
{
    public override string Skip
    {
        get => Npm.WhyNot!;
        set => throw new NotSupportedException();
    }
}
