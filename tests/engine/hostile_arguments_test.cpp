// Arguments at and past the ends of their ranges, and texts with line breaks: the classes of faults that
// Redis and its kin have had. The replies are those of redis-server 7.0.15.
#include <catch2/catch.hpp>

#include <chrono>
#include <initializer_list>
#include <string>
#include <vector>

#include "protocol/split_args.h"
#include "tests/support/engine_fixture.h"

using redouble::EngineFixture;

namespace {

struct Line {
  const char* command;  // as redis-cli reads it
  const char* reply;
};

void play(std::initializer_list<Line> lines) {
  EngineFixture f(EngineFixture::Settings{{"enable-debug-command", "yes"}});
  for (const Line& line : lines) {
    const auto words = redouble::split_args(line.command);
    REQUIRE(words.has_value());
    f.engine.execute(f.client, std::vector<std::string_view>(words->begin(), words->end()));
    INFO(line.command);
    CHECK(EngineFixture::received(f.client) == line.reply);
  }
}

}  // namespace

TEST_CASE("lengths and offsets: what is past the end of the range is refused, nothing wraps",
          "[hostile][string][bitmap]") {
  play({
      {"SETRANGE k 9223372036854775807 a",
       "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n"},
      {"SETRANGE k -9223372036854775808 a", "-ERR offset is out of range\r\n"},
      {"SETRANGE k 536870911 ab", "-ERR string exceeds maximum allowed size (proto-max-bulk-len)\r\n"},
      {R"(SETRANGE k 536870912 "")", ":0\r\n"},
      {"EXISTS k", ":0\r\n"},
      {"SETBIT k 4294967296 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"SETBIT k 18446744073709551615 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"SETBIT k -1 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"GETBIT k 4294967296", "-ERR bit offset is not an integer or out of range\r\n"},
      {"BITFIELD k SET u8 #536870912 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"BITFIELD k SET i64 #2305843009213693951 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"BITFIELD k SET u8 -1 1", "-ERR bit offset is not an integer or out of range\r\n"},
      {"BITFIELD k GET u64 0",
       "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
       "is.\r\n"},
      {"BITFIELD k GET i9223372036854775808 0",
       "-ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 "
       "is.\r\n"},
      {"BITFIELD k INCRBY i64 0 -9223372036854775808 INCRBY i64 0 -1",
       "*2\r\n:-9223372036854775808\r\n:9223372036854775807\r\n"},
      {"BITFIELD k OVERFLOW FAIL INCRBY i64 0 -9223372036854775808", "*1\r\n:-1\r\n"},
      {"BITFIELD k OVERFLOW SAT INCRBY u63 0 -9223372036854775808", "*1\r\n:0\r\n"},
      {"SET s hello", "+OK\r\n"},
      {"GETRANGE s -9223372036854775808 9223372036854775807", "$5\r\nhello\r\n"},
      {"GETRANGE s 9223372036854775807 -9223372036854775808", "$0\r\n\r\n"},
      {"GETRANGE s -9223372036854775808 -9223372036854775808", "$1\r\nh\r\n"},
      {"BITCOUNT s -9223372036854775808 9223372036854775807 BIT", ":21\r\n"},
      {"BITCOUNT s 9223372036854775807 9223372036854775807 BIT", ":0\r\n"},
      {"BITPOS s 1 -9223372036854775808 9223372036854775807 BIT", ":1\r\n"},
      {"BITPOS s 0 9223372036854775807", ":-1\r\n"},
      {"LCS s s MINMATCHLEN 9223372036854775807 IDX", "*4\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:5\r\n"},
      {"LCS s s MINMATCHLEN -9223372036854775808 LEN", ":5\r\n"},
  });
}

TEST_CASE("windows: LIMIT, RANK, ranges and their like take any integer",
          "[hostile][sort][list][sorted-set]") {
  play({
      {"RPUSH l 3 1 2", ":3\r\n"},
      {"SORT l LIMIT -9223372036854775808 9223372036854775807", "*3\r\n$1\r\n1\r\n$1\r\n2\r\n$1\r\n3\r\n"},
      {"SORT l LIMIT 9223372036854775807 9223372036854775807", "*0\r\n"},
      {"SORT l LIMIT 1 -9223372036854775808", "*2\r\n$1\r\n2\r\n$1\r\n3\r\n"},
      {"LPOS l 1 RANK -9223372036854775808", ":1\r\n"},
      {"LPOS l 1 RANK 9223372036854775807", "$-1\r\n"},
      {"LPOS l 1 COUNT 9223372036854775807 MAXLEN 9223372036854775807", "*1\r\n:1\r\n"},
      {"LINDEX l -9223372036854775808", "$-1\r\n"},
      {"LSET l 9223372036854775807 x", "-ERR index out of range\r\n"},
      {"LRANGE l 9223372036854775807 -9223372036854775808", "*0\r\n"},
      {"LREM l -9223372036854775808 x", ":0\r\n"},
      {"LTRIM l 9223372036854775807 -9223372036854775808", "+OK\r\n"},
      {"EXISTS l", ":0\r\n"},
      {"ZADD z 1 a 2 b 3 c", ":3\r\n"},
      {"ZRANGE z 9223372036854775807 -9223372036854775808", "*0\r\n"},
      {"ZRANGEBYSCORE z -inf +inf LIMIT 9223372036854775807 9223372036854775807", "*0\r\n"},
      {"ZRANGEBYSCORE z -inf +inf LIMIT 0 -9223372036854775808", "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n"},
      {"ZRANGEBYLEX z - + LIMIT -9223372036854775808 1", "*0\r\n"},
      {"ZREMRANGEBYRANK z 9223372036854775807 -9223372036854775808", ":0\r\n"},
      {"ZCARD z", ":3\r\n"},
  });
}

TEST_CASE("counts of what to take: none is negative, none is larger than the value",
          "[hostile][list][set][sorted-set]") {
  play({
      {"RPUSH l 3 1 2", ":3\r\n"},
      {"LPOP l -1", "-ERR value is out of range, must be positive\r\n"},
      {"RPOP l -9223372036854775808", "-ERR value is out of range, must be positive\r\n"},
      {"LPOP l 9223372036854775808", "-ERR value is out of range, must be positive\r\n"},
      {"LPOP l 9223372036854775807", "*3\r\n$1\r\n3\r\n$1\r\n1\r\n$1\r\n2\r\n"},
      {"RPUSH l 3", ":1\r\n"},
      {"LMPOP 1 l LEFT COUNT 0", "-ERR count should be greater than 0\r\n"},
      {"LMPOP -1 l LEFT", "-ERR numkeys should be greater than 0\r\n"},
      {"LMPOP 9223372036854775807 l LEFT", "-ERR syntax error\r\n"},
      {"LMPOP 1 l LEFT COUNT 9223372036854775807", "*2\r\n$1\r\nl\r\n*1\r\n$1\r\n3\r\n"},
      {"SADD s a", ":1\r\n"},
      {"SPOP s -1", "-ERR value is out of range, must be positive\r\n"},
      {"SPOP s 9223372036854775808", "-ERR value is out of range, must be positive\r\n"},
      {"SPOP s 0", "*0\r\n"},
      {"SRANDMEMBER s -9223372036854775808",
       "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n"},
      {"SRANDMEMBER s 9223372036854775807", "*1\r\n$1\r\na\r\n"},
      {"SINTERCARD -9223372036854775808 s", "-ERR numkeys should be greater than 0\r\n"},
      {"SPOP s 9223372036854775807", "*1\r\n$1\r\na\r\n"},
      {"ZADD z 1 a", ":1\r\n"},
      {"ZPOPMIN z -9223372036854775808", "-ERR value is out of range, must be positive\r\n"},
      {"ZPOPMAX z 9223372036854775808", "-ERR value is out of range, must be positive\r\n"},
      {"ZMPOP 1 z MIN COUNT -1", "-ERR count should be greater than 0\r\n"},
      {"ZMPOP 4294967296 z MIN", "-ERR syntax error\r\n"},
      {"ZRANDMEMBER z -9223372036854775808",
       "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n"},
      {"ZRANDMEMBER z 4611686018427387904 WITHSCORES", "-ERR value is out of range\r\n"},
      {"ZRANDMEMBER z -4611686018427387905 WITHSCORES", "-ERR value is out of range\r\n"},
      {"HSET h f v", ":1\r\n"},
      {"HRANDFIELD h -9223372036854775808",
       "-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807\r\n"},
      {"HRANDFIELD h 4611686018427387904 WITHVALUES", "-ERR value is out of range\r\n"},
      {"HRANDFIELD h -4611686018427387905 WITHVALUES", "-ERR value is out of range\r\n"},
      {"ZUNION 2147483648 z", "-ERR syntax error\r\n"},
      {"ZUNIONSTORE d 9223372036854775807 z", "-ERR syntax error\r\n"},
      {"ZDIFF 4294967297 z", "-ERR syntax error\r\n"},
      {"ZUNION -1 z", "-ERR at least 1 input key is needed for 'zunion' command\r\n"},
  });
}

TEST_CASE("COUNT: zero, negative and huge", "[hostile][scan][geo][stream]") {
  play({
      {"SADD s 1", ":1\r\n"},
      {"SCAN 0 COUNT 0", "-ERR syntax error\r\n"},
      {"SCAN 0 COUNT -1", "-ERR syntax error\r\n"},
      {"SCAN 0 COUNT 9223372036854775808", "-ERR value is not an integer or out of range\r\n"},
      {"SCAN 0 COUNT 9223372036854775807", "*2\r\n$1\r\n0\r\n*1\r\n$1\r\ns\r\n"},
      {"SCAN 18446744073709551616", "-ERR invalid cursor\r\n"},
      {"SSCAN s 0 COUNT 0", "-ERR syntax error\r\n"},
      {"HSCAN missing 0 COUNT -9223372036854775808", "*2\r\n$1\r\n0\r\n*0\r\n"},
      {"GEOADD g 15 37 a", ":1\r\n"},
      {"GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1 m COUNT 0", "-ERR COUNT must be > 0\r\n"},
      {"GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1 m COUNT -1", "-ERR COUNT must be > 0\r\n"},
      {"GEOSEARCH g FROMLONLAT 15 37 BYRADIUS 1e308 km COUNT 9223372036854775807", "*1\r\n$1\r\na\r\n"},
      {"GEOSEARCH g FROMLONLAT 15 37 BYBOX 1e308 1e308 km", "*1\r\n$1\r\na\r\n"},
      {"GEORADIUS g 15 37 -1 km", "-ERR radius cannot be negative\r\n"},
      {"XADD x 1-1 f v", "$3\r\n1-1\r\n"},
      {"XREAD COUNT -9223372036854775808 STREAMS x 0",
       "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n"},
      {"XREAD COUNT 9223372036854775808 STREAMS x 0", "-ERR value is not an integer or out of range\r\n"},
      {"XREAD BLOCK -1 STREAMS x 0", "-ERR timeout is negative\r\n"},
      {"XRANGE x - + COUNT -1", "*-1\r\n"},
      {"XTRIM x MAXLEN -1", "-ERR The MAXLEN argument must be >= 0.\r\n"},
      {"XTRIM x MAXLEN ~ 0 LIMIT -1", "-ERR The LIMIT argument must be >= 0.\r\n"},
      {"XGROUP CREATE x g 0", "+OK\r\n"},
      {"XREADGROUP GROUP g c STREAMS x >",
       "*1\r\n*2\r\n$1\r\nx\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n"},
      {"XAUTOCLAIM x g c 0 0 COUNT 0", "-ERR COUNT must be > 0\r\n"},
      {"XAUTOCLAIM x g c 0 0 COUNT 9223372036854775807", "-ERR COUNT must be > 0\r\n"},
      {"XAUTOCLAIM x g c 9223372036854775807 0 COUNT 1", "*3\r\n$3\r\n0-0\r\n*0\r\n*0\r\n"},
      {"XPENDING x g - + -1", "*0\r\n"},
      {"XPENDING x g IDLE 9223372036854775807 - + 1", "*0\r\n"},
      {"XCLAIM x g c 9223372036854775807 1-1", "*0\r\n"},
      {"LPOS missing a COUNT -1", "-ERR COUNT can't be negative\r\n"},
      {"SLOWLOG GET -9223372036854775808", "-ERR count should be greater than or equal to -1\r\n"},
  });
}

TEST_CASE("stream ids: past the last one there is no other", "[hostile][stream]") {
  play({
      {"XADD x 18446744073709551615-18446744073709551615 f v",
       "$41\r\n18446744073709551615-18446744073709551615\r\n"},
      {"XADD x * f v", "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n"},
      {"XADD x 18446744073709551615-* f v",
       "-ERR The stream has exhausted the last possible ID, unable to add more items\r\n"},
      {"XADD x 18446744073709551616-1 f v",
       "-ERR Invalid stream ID specified as stream command argument\r\n"},
      {"XRANGE x (18446744073709551615-18446744073709551615 +", "-ERR invalid start ID for the interval\r\n"},
      {"XREVRANGE x + (0-0",
       "*1\r\n*2\r\n$41\r\n18446744073709551615-18446744073709551615\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n"},
      {"XRANGE x - (0-0", "-ERR invalid end ID for the interval\r\n"},
      {"XREAD STREAMS x 18446744073709551615-18446744073709551615", "*-1\r\n"},
  });
}

TEST_CASE("floats: no result that could not be read again", "[hostile][string][hash][sorted-set]") {
  play({
      {"HINCRBYFLOAT h n nan", "-ERR value is not a valid float\r\n"},
      {"HINCRBYFLOAT h n inf", "-ERR value is NaN or Infinity\r\n"},
      {"HSET h n inf", ":1\r\n"},
      {"HINCRBYFLOAT h n 1", "-ERR increment would produce NaN or Infinity\r\n"},
      {"HSET h n nan", ":0\r\n"},
      {"HINCRBYFLOAT h n 1", "-ERR hash value is not a float\r\n"},
      {"HSET h n -inf", ":0\r\n"},
      {"HINCRBYFLOAT h n 1", "-ERR increment would produce NaN or Infinity\r\n"},
      {"INCRBYFLOAT f 1e4932",
       "$4933\r\n10000000000000000000060189493879638913238377742545331147737850413525330194866087224075333277"
       "79433142773666525563666277682061860906440460336623416164931097542108653623739947237824273607755646282"
       "07733774677062828108346124470945764363340927284485142091466676540833985649773830675645413703761844047"
       "61829828659540540463209082995559423213025033206020800702082036239210791518814602037450147749316204900"
       "30394998719312614654064081373493248877120892455186383753439197870978041502797716880193955403107721911"
       "63864625693948419729312816032948236099699577948922485926403414694908719482079422243368784928456198723"
       "01340063054145536263236148644795650793900527619806334636401289796966153625455076083039605538308661455"
       "92644372289102918602696741767741297153998359263135897985849697638678310586803720024647593066044070323"
       "76174743937515194999419152887617227403456123846568953091400249620854748845224921982104921769035924659"
       "43261885372008460254769368567077269864258043040536883175723802926908804546778522104587907331774210989"
       "65346383845533016192965653377533421097553773202105452559589360227732550843545717469715211293029277100"
       "64995157927946321287522876870082727462995133158499420324370841219094831561479864172105415839735139574"
       "77585483287542705342257213616403562278160800948924333669024174542423826292322775440266096402553255578"
       "14321580325340352330660617642326696140257239552549121071985189443846777623334881929189773707008403466"
       "59520483873362163327338363194485698948413844497838665605875531084883368979189648499884755036426410480"
       "08005782455117625946911615457308913197441079538979931010082176012693106298903083578937933443400728377"
       "82716410520818640099771094401772024731084835860689936533035726854175396195351768096519310944631445923"
       "63805321457599337846877529286587143574224977797982277501432447584589961509638007989909953845312104385"
       "18213491783717366407026453042842548854376114416903606164663682021943077694622099633876904465766919695"
       "51571041941288302648912827345194286271122230347823246073498285153708579500062656222714954113329293953"
       "34649561594778409117588355498811716738765068152578136186445036499260507912977060479329107655966804115"
       "35582547657742888313306586769102965065383439826990768241477060774011855013370536768754408631136301720"
       "67902223837838525802181406003942606507609826320015193807633035586661539150425605940691768637845815434"
       "18458525591507408131725031957270037057987797717764434520593350585037421277906483714624276503471456946"
       "43068657848299364457548938252139957101375677503425567623291379733879130473005548417375068001549841986"
       "86923965286147079273203561004647365286049876790788288301130050437207489067798842078443360167772245834"
       "10362930104134525212274343750193525437075704987852683828381070534301015328398595855074166137400121232"
       "31725622300372905976750292788654895702688036180015202807485884818586323321454221815245009705337388586"
       "52881625738158955840469334830106366243262210429210258173978186522208306814207038831590332622155464159"
       "21619300547880931377266140644932198952990899040759971726535488708102762241216576479310624630991098475"
       "78696279827008850552599009735671284984377826714926103510888582714633874958330218193185487055586063958"
       "46070390500323204636339383655528123657438115225035433947543876805317781492691295772410403746456774175"
       "66688450317550441527082425875030565378847388267103834048127818864801364745019043146973727700800304120"
       "46938591535440580591083845165412615211270881164023496791513172273951836284909221613364297573866984019"
       "28682323657056924758648793848799822907606679071280964393541325129231682456669123450140879120137931548"
       "65253760150865620918348692838451584297376016360175623069782677923727507847182425866438213375987615153"
       "75325984295219997584310180870018174853009194795831710499677813222029368646487807440253614529471177767"
       "01129210049872555316467204668470989130203733391349501708713181244068921199587314823974568234174792429"
       "13979908858779466652876998660282037596804544520921987559667887791210333694989414237817364869213085417"
       "78980201946296703111019949381570387659570147920561737396236148715573177144535973362020687749350864093"
       "86414223375141765601758268418764114651053088281009248246110195084364468926837572992870110411414878770"
       "61639781733452936740323806169963208929354311818529988128046348180069620196672351192255607848383932506"
       "74155626330574484087465418085903422284769644166810558755617818100059363281918448159156587196835228459"
       "79901018335050006246392027657149580332319739660376707180429166280658258434773362764563277134220525779"
       "86989383282486642290992848493937496407138624808859240814272364653380188286173620599278196536009000080"
       "28214087637876410234376531192637572802127736946552135070757176225211602271871576316355836821300893646"
       "82543007292042009976150135189415923413244100006421082817394988300265734422677548100741829682842668334"
       "47231492870296861620469171736679864291614647301836337052342720341657925081157790098598095740483001940"
       "3600361860520985937973506956557739754741783354728589350876379371163141086538418113791886622720\r\n"},
      {"INCRBYFLOAT f 1e4932", "-ERR increment would produce NaN or Infinity\r\n"},
      {"STRLEN f", ":4933\r\n"},
      {"INCRBYFLOAT f -1e4932", "$1\r\n0\r\n"},
      {"INCRBYFLOAT g inf", "-ERR increment would produce NaN or Infinity\r\n"},
      {"INCRBYFLOAT g 1e4933", "-ERR value is not a valid float\r\n"},
      {"EXISTS g", ":0\r\n"},
      {"SET t inf", "+OK\r\n"},
      {"INCRBYFLOAT t 1", "-ERR increment would produce NaN or Infinity\r\n"},
      {"ZADD z inf a", ":1\r\n"},
      {"ZINCRBY z -inf a", "-ERR resulting score is not a number (NaN)\r\n"},
      {"ZADD z nan a", "-ERR value is not a valid float\r\n"},
      {"ZUNIONSTORE d 1 z WEIGHTS nan", "-ERR weight value is not a float\r\n"},
      {"ZUNIONSTORE d 1 z WEIGHTS 0", ":1\r\n"},
      {"ZSCORE d a", "$1\r\n0\r\n"},
      {"GEOADD g nan 0 b", "-ERR value is not a valid float\r\n"},
  });
}

TEST_CASE("COMMAND GETKEYS: a count of keys is a claim", "[hostile][command]") {
  play({
      {"COMMAND GETKEYS EVAL x 2147483647 a", "*0\r\n"},
      {"COMMAND GETKEYS EVAL x -1 a", "*0\r\n"},
      {"COMMAND GETKEYS EVAL x 9223372036854775808 a", "*0\r\n"},
      {"COMMAND GETKEYS LMPOP 2147483647 a LEFT", "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS LMPOP 0 a LEFT", "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS BLMPOP 0 2147483647 a LEFT", "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS XREADGROUP GROUP g c STREAMS a",
       "-ERR Invalid number of arguments specified for command\r\n"},
      {"COMMAND GETKEYS XREADGROUP GROUP g c STREAMS a b c", "*1\r\n$1\r\na\r\n"},
      {"COMMAND GETKEYS ZUNIONSTORE d -1 a", "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS ZUNIONSTORE d 9223372036854775807 a",
       "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS ZINTERCARD -9223372036854775808 a",
       "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYSANDFLAGS ZUNIONSTORE d 99 a", "-ERR Invalid arguments specified for command\r\n"},
      {"COMMAND GETKEYS SORT k STORE", "*1\r\n$1\r\nk\r\n"},
      {"COMMAND GETKEYS GEORADIUS k 1 2 3 m STORE", "*1\r\n$1\r\nk\r\n"},
      {R"x(EVAL "return 1" 9223372036854775807)x",
       "-ERR Number of keys can't be greater than number of args\r\n"},
      {R"x(EVAL "return 1" -1)x", "-ERR Number of keys can't be negative\r\n"},
  });
}

TEST_CASE("line breaks: no text of a client's makes a second reply", "[hostile][errors]") {
  play({
      {R"("NOSUCH\r\n+OK" "a\r\nb")",
       "-ERR unknown command 'NOSUCH  +OK', with args beginning with: 'a  b' \r\n"},
      {R"(CONFIG "NOSUCH\r\n+OK")", "-ERR unknown subcommand 'NOSUCH  +OK'. Try CONFIG HELP.\r\n"},
      {R"(CLIENT "NO\nSUCH")", "-ERR unknown subcommand 'NO SUCH'. Try CLIENT HELP.\r\n"},
      {R"(CLIENT SETNAME "a\r\nb")",
       "-ERR Client names cannot contain spaces, newlines or special characters.\r\n"},
      {R"(HELLO 3 SETNAME "a\r\nb")",
       "-ERR Client names cannot contain spaces, newlines or special characters.\r\n"},
      {R"(HELLO "3\r\n")", "-ERR Protocol version is not an integer or out of range\r\n"},
      {R"(SET k v "a\r\nb")", "-ERR syntax error\r\n"},
      {R"(CONFIG SET "a\r\nb" 1)", "-ERR Unknown option or number of arguments for CONFIG SET - 'a  b'\r\n"},
      {R"(CONFIG SET maxmemory "a\r\nb")",
       "-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory "
       "value\r\n"},
      {R"(ACL SETUSER u "+a\r\nb")",
       "-ERR Error in ACL SETUSER modifier '+a  b': Unknown command or category name in ACL\r\n"},
      {R"(ACL SETUSER "u\r\nb" on)", "-ERR Usernames can't contain spaces or null characters\r\n"},
      {R"(ACL CAT "a\r\nb")", "-ERR Unknown category 'a  b'\r\n"},
      {R"(ACL DRYRUN "a\r\nb" get)", "-ERR User 'a  b' not found\r\n"},
      {R"(ACL DRYRUN default "a\r\nb" x)", "-ERR Command 'a  b' not found\r\n"},
      {R"(SCRIPT "a\r\nb")", "-ERR unknown subcommand 'a  b'. Try SCRIPT HELP.\r\n"},
      {R"(FUNCTION LOAD "#!l\ra\nb")", "-ERR Invalid metadata value given: a\r\n"},
      {R"x(EVAL "return redis.pcall('no\\r\\nsuch')" 0)x",
       "-ERR Unknown Redis command called from script\r\n"},
      {R"x(EVAL "error({err='x\\r\\ny'})" 0)x",
       "-x  y script: 34904529b77b6e43d74d0dd31f7ca82e58ecdfac, on @user_script:1.\r\n"},
      {R"x(EVAL "return {err='x\\r\\ny', ok='a\\nb'}" 0)x", "-x  y\r\n"},
      {R"x(EVAL "local t = redis.pcall('CONFIG', 'no\\r\\n+such') return t" 0)x",
       "-ERR Unknown Redis command called from script\r\n"},
      {R"(DEBUG ERROR "a\r\n+OK")", "-a  +OK\r\n"},
      {R"(DEBUG "a\r\nb")",
       "-ERR unknown subcommand or wrong number of arguments for 'a  b'. Try DEBUG HELP.\r\n"},
      {R"(LATENCY "a\r\nb")", "-ERR unknown subcommand 'a  b'. Try LATENCY HELP.\r\n"},
      {R"(XREADGROUP GROUP "a\r\nb" c STREAMS "x\r\n" >)",
       "-NOGROUP No such key 'x  ' or consumer group 'a  b' in XREADGROUP with GROUP option\r\n"},
      {R"(XADD "x\r\n" 1-1 f v)", "$3\r\n1-1\r\n"},
      {R"(XINFO CONSUMERS "x\r\n" "a\r\nb")",
       "-NOGROUP No such consumer group 'a  b' for key name 'x  '\r\n"},
  });
}

TEST_CASE("times: what cannot be reckoned is refused", "[hostile][expire][blocking]") {
  play({
      {"SET s v", "+OK\r\n"},
      {"EXPIRE s 9223372036854775807", "-ERR invalid expire time in 'expire' command\r\n"},
      {"EXPIRE s -9223372036854775808", "-ERR invalid expire time in 'expire' command\r\n"},
      {"PEXPIRE s 9223372036854775807", "-ERR invalid expire time in 'pexpire' command\r\n"},
      {"GETEX s EX 9223372036854775807", "-ERR invalid expire time in 'getex' command\r\n"},
      {"RESTORE r -1 x", "-ERR Invalid TTL value, must be >= 0\r\n"},
      {"BLPOP l 9223372036854775807", "-ERR timeout is negative\r\n"},
      {"BLPOP l nan", "-ERR timeout is not a float or out of range\r\n"},
      {"BLPOP l inf", "-ERR timeout is negative\r\n"},
      {"BLPOP l 1e309", "-ERR timeout is negative\r\n"},
      {"WAIT 0 -1", "-ERR timeout is negative\r\n"},
      {"CLIENT PAUSE -1", "-ERR timeout is negative\r\n"},
      {"SELECT 9223372036854775807",
       "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n"},
      {"SWAPDB 0 9223372036854775807", "-ERR invalid second DB index\r\n"},
      {"MOVE s 9223372036854775807",
       "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n"},
      {"TTL s", ":-1\r\n"},
  });
}

namespace {

// Pattern and text on which a matcher that tries everything is busy for years.
const std::string kStars = [] {
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a";
  return pattern + "b";
}();
const std::string kText(5000, 'a');

}  // namespace

TEST_CASE("patterns: stars upon stars end at once, whoever matches them", "[hostile][glob]") {
  const auto start = std::chrono::steady_clock::now();
  EngineFixture f;
  f.send("SET", kText, "v");
  f.send("SADD", "s", kText);
  f.send("HSET", "h", kText, "v");
  f.send("ZADD", "z", "1", kText);
  CHECK(f.send("KEYS", kStars) == "*0\r\n");
  CHECK(f.send("SCAN", "0", "MATCH", kStars) == "*2\r\n$1\r\n0\r\n*0\r\n");
  for (const char* command : {"SSCAN", "HSCAN", "ZSCAN"}) {
    const char* key = command[0] == 'S' ? "s" : command[0] == 'H' ? "h" : "z";
    CHECK(f.send(command, key, "0", "MATCH", kStars) == "*2\r\n$1\r\n0\r\n*0\r\n");
  }
  CHECK(f.send("CONFIG", "GET", kStars) == "*0\r\n");
  CHECK(f.send("COMMAND", "LIST", "FILTERBY", "PATTERN", kStars) == "*0\r\n");
  CHECK(f.send("FUNCTION", "LIST", "LIBRARYNAME", kStars) == "*0\r\n");
  CHECK(f.send("ACL", "SETUSER", "u", "on", "nopass", "~" + kStars, "&" + kStars, "+@all") == "+OK\r\n");
  CHECK(f.send("ACL", "DRYRUN", "u", "GET", kText).find("no permissions to access the") != std::string::npos);
  auto& listener = f.engine.connect();
  f.send_as(listener, "PSUBSCRIBE", kStars);
  CHECK(f.send("PUBLISH", kText, "m") == ":0\r\n");
  CHECK(f.send("PUBSUB", "CHANNELS", kStars) == "*0\r\n");
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("RANDOMKEY: only expired keys, and CLIENT PAUSE WRITE keeps them, is no endless loop",
          "[hostile][scan]") {
  EngineFixture f;
  f.send("DEBUG", "SET-ACTIVE-EXPIRE", "0");
  f.send("SET", "a", "1", "PX", "10");
  f.send("SET", "b", "1", "PX", "10");
  f.send("CLIENT", "PAUSE", "100000", "WRITE");
  f.advance_ms(20);
  CHECK(f.send("RANDOMKEY") == "$-1\r\n");
}
