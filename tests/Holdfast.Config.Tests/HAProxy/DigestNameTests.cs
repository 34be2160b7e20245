using Holdfast.Primitives;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>Names of digests that converters take: another one is never computed in their place.</summary>
public sealed class DigestNameTests
{
    [Theory]
    [InlineData("digest(md5)", true)]
    [InlineData("digest(SHA512)", true)]
    [InlineData("digest(sha224)", false)]
    [InlineData("hmac(sha256,AAAA)", true)]
    [InlineData("hmac(nonsense,AAAA)", false)]
    [InlineData("sha2", true)]
    [InlineData("sha2(384)", true)]
    [InlineData("sha2(224)", false)]
    public void Converter_OfAnUnknownDigest_IsRefused(string converter, bool isGood)
        => Assert.Equal(isGood, !Cfg.Parse(Cfg.Defaults
            + $"frontend f\n bind :80\n http-request set-header X %[path,{converter},hex]\n default_backend b\n"
            + "backend b\n server s 127.0.0.1:80\n").Diagnostics.Any(static d => d.Severity == Severity.Error));
}
