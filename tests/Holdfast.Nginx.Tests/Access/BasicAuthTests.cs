using System.Text;
using Holdfast.Linux.Passwords;
using Holdfast.Nginx.Access;
using Holdfast.Nginx.Texts;

namespace Holdfast.Nginx.Tests.Access;

/// <summary><c>auth_basic</c>, beside the original.</summary>
public sealed class BasicAuthTests
{
    private const string Http = """
        server {
            listen unix:@S@/s;
            location / { root @S@; auth_basic x; auth_basic_user_file @S@/users; add_header U "$remote_user" always; }
        }
        """;

    private const string Users = """
        # comment:{PLAIN}secret
        plain:{PLAIN}secret
        sha:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=
        ssha:{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0
        apr:$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0
        apr2:$apr1$saltsalt$1458O07hRMbXqqaNlznA51
        aprempty:$apr1$ab$S8K6Sgp3W8c9Jb6LxgywZ.
        md5:$1$saltsalt$9xy1btjgzLYfb7hivXtC//
        sha256:$5$saltsalt$0IyaXrmV7.sGNS6tirgqHLqX/G.FBvgkYA.lpPdS5sA
        sha512:$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1
        yes:$y$j9T$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0
        des:abNANd1rDfiNc
        twice:{PLAIN}secret:a comment
        twice:{PLAIN}other
        empty:
        plainempty:{PLAIN}
        wrong:{SSHA}!
        last:{PLAIN}secret
        """;

    private static readonly string[] s_users = [.. Users.Split('\n').Select(static line => line.Split(':')[0]),
        "nobody"];

    private static readonly string[] s_passwords =
        ["secret", "secre", "secrets", "other", "", "a much longer password than sixteen bytes, twice", "se:cret"];

    [Fact]
    public void Matches_EachUserAndPassword_AsTheOriginal()
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), "ok");
        File.WriteAllText(Path.Combine(site.Directory, "users"), Users);
        int allowed = 0;
        foreach (string user in s_users)
        {
            foreach (string password in s_passwords)
            {
                string text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
                allowed += Compare(site, "Basic " + text) ? 1 : 0;
            }
        }
        Assert.Equal(15, allowed);
    }

    [Theory]
    [InlineData("Basic cGxhaW46c2VjcmV0", true)]
    [InlineData("basic   cGxhaW46c2VjcmV0", true)]
    [InlineData("Basic cGxhaW46c2VjcmV0=garbage!", true)]
    [InlineData("Basic c2hhOnNlY3JldA", true)]
    [InlineData("Basic c2hhOnNlY3JldA=", true)]
    [InlineData("Basic cGxhaW46c2VjcmV0 ", true)]
    [InlineData("Basic cGxhaW46c2Vjc mV0", false)]
    [InlineData("Basic cGxhaW46c2VjcmV0A", false)]
    [InlineData("Basic OnNlY3JldA==", false)]
    [InlineData("Basic", false)]
    [InlineData("Basic ", false)]
    [InlineData("Bearer cGxhaW46c2VjcmV0", false)]
    public void Read_Header_AsTheOriginal(string header, bool expected)
    {
        using var site = new NginxSite(Http);
        File.WriteAllText(Path.Combine(site.Directory, "f"), "ok");
        File.WriteAllText(Path.Combine(site.Directory, "users"), Users);

        Assert.Equal(expected, Compare(site, header));
    }

    private static bool Compare(NginxSite site, string header)
    {
        string request = $"GET /f HTTP/1.0\r\nHost: a\r\nAuthorization: {header}\r\n\r\n";
        Answer theirs = new(site.Exchange(request));
        BasicCredentials mine = BasicCredentials.Read(
            new MemoryRequest(request).Head.First(Holdfast.Http.Headers.KnownHeader.Authorization), new TextArena());
        bool isAllowed = !mine.User.IsEmpty
            && PasswordFile.TryFind(Encoding.ASCII.GetBytes(Users), mine.User, out ReadOnlySpan<byte> hash)
            && new PasswordCheck(CryptLibrary.Matches).Matches(mine.Password, hash);

        Assert.True(theirs.Status is 200 == isAllowed, $"{header}: {theirs.Status}");
        Assert.Equal(theirs["U"] ?? "", Encoding.ASCII.GetString(mine.User));
        return isAllowed;
    }
}
