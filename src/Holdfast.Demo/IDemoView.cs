namespace Holdfast.Demo;

/// <summary>Shows a performance.</summary>
internal interface IDemoView
{
    /// <summary>Begins the performance and shows it to its end.</summary>
    /// <returns>Whether it came to its end.</returns>
    bool Show(DemoStage stage, Performance performance);
}
