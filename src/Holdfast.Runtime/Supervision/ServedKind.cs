namespace Holdfast.Runtime.Supervision;

/// <summary>A dialect whose process the supervisor starts and watches.</summary>
/// <param name="Role">What the process is told to be.</param>
/// <param name="ProcessName">The name that ps and pidof see.</param>
/// <param name="Key">How members of a status about it begin.</param>
/// <param name="Title">What it is called in sentences, without article.</param>
/// <param name="KeepsState">Whether a process knows what the next one needs to know.</param>
internal sealed record ServedKind(string Role, string ProcessName, string Key, string Title, bool KeepsState)
{
    /// <summary>A proxy by a haproxy.cfg.</summary>
    internal static ServedKind HAProxy { get; } = new(ChildEnvironment.ProxyRole, "haproxy", "proxy", "proxy", true);

    /// <summary>A web server by an nginx.conf.</summary>
    internal static ServedKind Nginx { get; } = new(ChildEnvironment.WebRole, "nginx", "web", "web server", false);
}
