namespace Holdfast.Commands;

/// <summary>A FILE of the command line: a path, or <c>dialect:path</c>.</summary>
internal static class ConfigArgument
{
    private const string Own = "keepalived";
    private static readonly string[] s_others = ["haproxy", "nginx", "ipvsadm"];

    /// <summary>Takes the dialect off.</summary>
    /// <param name="argument">As it was given.</param>
    /// <param name="path">The path.</param>
    /// <param name="error">Why it cannot be used; null when it can.</param>
    internal static bool TryRead(string argument, out string path, out string? error)
    {
        path = argument;
        error = null;
        int colon = argument.IndexOf(':', StringComparison.Ordinal);
        string prefix = colon > 0 ? argument[..colon] : "";
        if (prefix == Own)
        {
            path = argument[(colon + 1)..];
            error = path.Length == 0 ? $"{argument}: a path has to follow" : null;
            return error is null;
        }
        string? other = s_others.FirstOrDefault(d => d == prefix)
            ?? Path.GetFileName(argument) switch { "haproxy.cfg" => "haproxy", "nginx.conf" => "nginx", _ => null };
        if (other is not null)
        {
            error = $"{argument}: files of {other} are not supported yet, only those of keepalived"
                + (prefix.Length > 0 ? "" : $"; if it is one, write {Own}:{argument}");
        }
        return error is null;
    }

    /// <summary>The one file that a daemon runs.</summary>
    internal static bool TryReadOne(IReadOnlyList<string> arguments, out string path, out string? error)
    {
        path = "";
        error = null;
        foreach (string argument in arguments)
        {
            if (!TryRead(argument, out path, out error))
            {
                return false;
            }
        }
        if (arguments.Count != 1)
        {
            error = "several files in one daemon are not supported yet; a keepalived.conf can include others";
        }
        return error is null;
    }
}
