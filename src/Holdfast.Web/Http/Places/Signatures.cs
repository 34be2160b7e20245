using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Web.Running;

namespace Holdfast.Web.Http.Places;

/// <summary>What answers and pages call the server: <c>server_tokens</c>.</summary>
internal static class Signatures
{
    private const string Old = "nginx/1.22.1";
    private const string Current = "nginx/1.31.0";

    private static readonly byte[] s_old = Encoding.ASCII.GetBytes(Old);
    private static readonly byte[] s_current = Encoding.ASCII.GetBytes(Current);
    private static readonly byte[] s_name = Encoding.ASCII.GetBytes("nginx");

    /// <summary>The version alone.</summary>
    internal static string VersionOf(WebConfiguration configuration)
        => (configuration.IsCompatible122 ? Old : Current)["nginx/".Length..];

    /// <summary>The name, and unless that is off the version whose directives are understood.</summary>
    internal static ReadOnlyMemory<byte> Of(ServerTokens tokens, WebConfiguration configuration)
        => tokens == ServerTokens.Off ? s_name : configuration.IsCompatible122 ? s_old : s_current;
}
