namespace Holdfast.Config.Text;

/// <summary>Paths as text: joined and tidied without asking a file system.</summary>
public static class PathText
{
    /// <summary>The absolute path without "." and "..", as far as text alone can tell.</summary>
    public static string Normalize(string directory, string path)
    {
        string joined = Join(directory, path);
        var parts = new List<string>();
        foreach (string part in joined.Split('/'))
        {
            switch (part)
            {
                case "" or ".":
                    break;
                case "..":
                    if (parts.Count > 0)
                    {
                        parts.RemoveAt(parts.Count - 1);
                    }
                    break;
                default:
                    parts.Add(part);
                    break;
            }
        }
        return "/" + string.Join('/', parts);
    }

    /// <summary>The path itself when it is absolute, else below the directory.</summary>
    public static string Join(string directory, string path)
        => path.StartsWith('/') || directory.Length == 0 ? path
            : directory.EndsWith('/') ? directory + path : directory + "/" + path;

    /// <summary>Everything before the last slash: "" when there is none, "/" for a file of the root.</summary>
    public static string DirectoryOf(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "" : slash == 0 ? "/" : path[..slash];
    }
}
