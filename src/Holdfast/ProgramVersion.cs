namespace Holdfast;

/// <summary>Which Holdfast this is.</summary>
internal static class ProgramVersion
{
    /// <summary>Such as "0.1.0"; Directory.Build.props sets it.</summary>
    internal static string Text { get; } = Read();

    private static string Read()
    {
        Version? version = typeof(ProgramVersion).Assembly.GetName().Version;
        return version is null ? "0.0.0" : version.ToString(fieldCount: 3);
    }
}
