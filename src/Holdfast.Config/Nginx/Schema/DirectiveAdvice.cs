namespace Holdfast.Config.Nginx.Schema;

/// <summary>What can be said to who uses a directive that is not there.</summary>
internal static class DirectiveAdvice
{
    /// <summary>One sentence; null when there is nothing to say.</summary>
    public static string? Of(DirectiveSpec spec) => spec.Name switch
    {
        "ssl" => "write \"ssl\" behind the address of \"listen\" instead",
        "limit_zone" => "limit_conn_zone has taken its place",
        "http2_push" or "http2_push_preload" => "server push is gone from HTTP/2",
        _ => spec.Support switch
        {
            SupportClass.Behaviour => $"it belongs to {spec.Module}, and is not supported yet",
            SupportClass.Refused => $"it belongs to {spec.Module}, which is no part of the free nginx",
            SupportClass.Security => "it protects something, and is not supported yet",
            _ => null,
        },
    };
}
