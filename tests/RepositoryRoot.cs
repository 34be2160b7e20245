namespace Holdfast.Tests.Repository;

/// <summary>The root of the source tree that a test program was built from; compiled into every test project.</summary>
internal static class RepositoryRoot
{
    private static readonly Lazy<string> LazyPath = new(Find);

    /// <summary>Absolute path.</summary>
    public static string Path => LazyPath.Value;

    private static string Find()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(directory, "Holdfast.slnx")))
        {
            directory = System.IO.Path.GetDirectoryName(directory)
                ?? throw new InvalidOperationException("The tests do not stand in the source tree.");
        }
        return directory;
    }
}
