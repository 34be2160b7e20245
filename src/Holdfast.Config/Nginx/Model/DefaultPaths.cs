namespace Holdfast.Config.Nginx.Model;

/// <summary>Where files are that an nginx.conf does not name: as in Debian's package.</summary>
public static class DefaultPaths
{
    /// <summary>The access log.</summary>
    public const string AccessLog = "/var/log/nginx/access.log";

    /// <summary>Directory of request bodies that memory does not hold.</summary>
    public const string BodyTemp = "/var/lib/nginx/body";

    /// <summary>Directory of answers of proxied servers that memory does not hold.</summary>
    public const string ProxyTemp = "/var/lib/nginx/proxy";
}
