namespace Holdfast.Tests.Repository;

/// <summary>The real HAProxy (Debian package haproxy) in the foreground.</summary>
/// <param name="file">Its file.</param>
/// <param name="environment">Variables that it gets besides ours.</param>
internal sealed class OriginalHaproxy(string file, params (string Name, string Value)[] environment)
    : OriginalDaemon("haproxy", "/usr/sbin/haproxy", ["-db", "-f", file], Path.GetDirectoryName(file)!, environment);
